"""What a new deployment takes from its country: time zone and currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from gateway.domain.faults_and_errors.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country by its ISO 3166 code; with several time zones the one that is listed first."""

    code: str
    name: str
    time_zone: str
    currency: str


def country(code: str) -> Country:
    """Returns a country, with the currency that has no last day; Refused for a code of none."""
    from babel import Locale
    from babel.numbers import get_territory_currencies
    from phonenumbers import SUPPORTED_REGIONS

    code = code.upper()
    zone = _time_zones().get(code)
    if zone is None or code not in SUPPORTED_REGIONS:
        raise Refused(f"'{code}' is no country. Write its two letters of ISO 3166, such as KE.")
    return Country(
        code=code,
        name=Locale("en").territories.get(code, code),
        time_zone=zone,
        currency=next(iter(get_territory_currencies(code, date.max)), ""),
    )


@lru_cache(maxsize=1)
def _time_zones() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {code: zone for code, _, zone, *_ in reversed(rows)}
