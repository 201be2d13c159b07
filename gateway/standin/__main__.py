"""`python -m gateway.standin`: plays the providers of the deployment in the working directory.

Or of any other gateway: `--port 8385 --gateway-url http://127.0.0.1:8384 --config FILE`.
"""

from __future__ import annotations

from gateway.adapters.system.import_path import forget_working_folder

if __name__ == "__main__":
    forget_working_folder()  # before anything else is imported

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from gateway.deployment.load import load
from gateway.standin.config import read_config
from gateway.standin.of_deployment import serve_for
from gateway.standin.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serves the stand-in; returns 2 when its configuration cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m gateway.standin", description=__doc__)
    parser.add_argument("--port", type=int, help="where to listen; the deployment's own otherwise")
    parser.add_argument("--host", default="127.0.0.1", help="on which address (127.0.0.1)")
    parser.add_argument(
        "--gateway-url",
        default="http://127.0.0.1:8384",
        help="what a delivery URL that is only a path is joined to",
    )
    parser.add_argument(
        "--config", type=Path, help="a JSON file with the accounts at each provider"
    )
    parser.add_argument(
        "--known-as",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which it answers, besides localhost; may be given again",
    )
    chosen = parser.parse_args(arguments)
    if chosen.config is None:
        serve_for(load(), chosen.host, chosen.port, known_hosts=chosen.known_as)
        return 0
    try:
        config = read_config(chosen.config, chosen.gateway_url)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        print(f"{chosen.config}: cannot be read as accounts: {error}", file=sys.stderr)  # noqa: T201 - its output
        return 2
    serve(chosen.port or 8385, replace(config, known_hosts=chosen.known_as), chosen.host)
    return 0


if __name__ == "__main__":
    sys.exit(main())
