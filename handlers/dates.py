"""Days as the texts of this deployment show them."""

from datetime import date

from gateway.handler_api import TextField

#: What `shown` returns is always this long.
SHOWN_DAY = TextField(10)


def shown(day: date) -> str:
    """Returns a day in digits, the same in all languages: 05/12/2026."""
    return day.strftime("%d/%m/%Y")
