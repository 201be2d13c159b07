"""What goes on: the tables of `gateway overview`, each with a picture where one says more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import assert_never

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Response, g, render_template, request

from gateway.adapters.dataset_files.figures import csv_of
from gateway.composition.gateway import Gateway
from gateway.domain.analytics.spans import Period
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.use_cases.analytics.pictures import PICTURES, columns_of, line_of
from gateway.use_cases.analytics.read_overview import DECLARED
from gateway.web.console.guard import me
from gateway.web.console.pages import N_
from gateway.web.console.words import _

#: How the periods are called.
PERIODS = {
    Period.DAY: N_("24 hours"),
    Period.WEEK: N_("7 days"),
    Period.MONTH: N_("30 days"),
    Period.YEAR: N_("A year"),
}
#: What the first page has; who is served how stands on one of its own.
EQUITY = ("equity", "languages", "networks", "districts")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for."""

    period: Period
    institution: str


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the overview."""
    overview = Blueprint("overview", __name__, url_prefix="/overview")

    @overview.get("/")
    def page() -> str:
        asked = _asked()
        found = gateway.overview(me().name, asked.period, asked.institution)
        tables = [each for each in found if each.name not in EQUITY]
        return _page(gateway, "overview.page", asked, tables)

    @overview.get("/equity")
    def equity() -> str:
        asked = _asked()
        found = gateway.overview(me().name, asked.period, asked.institution, EQUITY)
        tables = [each for each in found if each.rows or each.name not in DECLARED]
        return _page(gateway, "overview.equity", asked, tables)

    @overview.get("/<name>.csv")
    def as_csv(name: str) -> Response:
        asked = _asked()
        [table] = gateway.overview(me().name, asked.period, asked.institution, [name])
        file = f'attachment; filename="{table.name}-{asked.period.value}.csv"'
        return Response(csv_of(table), mimetype="text/csv", headers={"Content-Disposition": file})

    return overview


def _asked() -> Asked:
    period = request.args.get("period", "")
    known = {each.value for each in Period}
    return Asked(
        period=Period(period) if period in known else Period.DAY,
        institution=request.args.get("institution", ""),
    )


def _page(gateway: Gateway, endpoint: str, asked: Asked, tables: Sequence[Table]) -> str:
    zone = gateway.deployment.settings.zone

    def shown(column: Column, value: Value) -> str:
        return _shown(column, value, asked.period, zone)

    return render_template(
        "console/overview.html",
        endpoint=endpoint,
        asked=asked,
        periods=PERIODS,
        tables=tables,
        shown=shown,
        pictures=PICTURES,
        columns_of=columns_of,
        line_of=line_of,
        word=lambda name: _(str(name)),
        at=gateway.clock.now(),
    )


def _shown(column: Column, value: Value, period: Period, zone: tzinfo) -> str:
    """Returns a value as the readers of a language write it."""
    if value is None:
        return "–"
    match column.unit:
        case Unit.WORDS:
            return _(str(value)) if value else ""
        case Unit.MOMENT:
            if not isinstance(value, datetime):
                return str(value)
            pattern = "HH:mm" if period is Period.DAY else "d MMM"
            moment = value.astimezone(zone)
            return str(format_datetime(moment, pattern, locale=g.language))
        case Unit.SHARE:
            return str(format_percent(float(str(value)), locale=g.language))
        case Unit.SECONDS:
            seconds = float(str(value))
            rounded = round(seconds, 2 if seconds < 10 else 0)
            return _("%(number)s s", number=format_decimal(rounded, locale=g.language))
        case Unit.NUMBER:
            rounded = round(float(str(value)), 1)
            return str(format_decimal(rounded, locale=g.language))
        case _:
            assert_never(column.unit)
