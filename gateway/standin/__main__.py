"""`python -m gateway.standin --port 8385 --gateway-url http://127.0.0.1:8384 --config FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gateway.standin.config import read_config
from gateway.standin.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serves the stand-in; returns 2 when its configuration cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m gateway.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=8385, help="where to listen (8385)")
    parser.add_argument("--host", default="127.0.0.1", help="on which address (127.0.0.1)")
    parser.add_argument(
        "--gateway-url",
        default="http://127.0.0.1:8384",
        help="what a delivery URL that is only a path is joined to",
    )
    parser.add_argument(
        "--config", type=Path, required=True, help="a JSON file with the accounts of both providers"
    )
    chosen = parser.parse_args(arguments)
    try:
        config = read_config(chosen.config, chosen.gateway_url)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        print(f"{chosen.config}: cannot be read as accounts: {error}", file=sys.stderr)  # noqa: T201 - its output
        return 2
    serve(chosen.port, config, chosen.host)
    return 0


if __name__ == "__main__":
    sys.exit(main())
