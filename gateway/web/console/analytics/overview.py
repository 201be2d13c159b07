"""What goes on: the tables of `gateway overview`, each with a picture where one says more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache
from math import floor
from typing import assert_never

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from flask import Blueprint, Response, g, render_template, request

from gateway.adapters.dataset_files.figures import csv_of
from gateway.composition.gateway import Gateway
from gateway.domain.analytics.spans import Period
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.domain.institutions.roles import Act
from gateway.domain.text.phrases import PHRASES
from gateway.use_cases.analytics.pictures import PICTURES, columns_of, line_of, strips_of
from gateway.use_cases.analytics.read_overview import DECLARED
from gateway.web.console import menu_words
from gateway.web.console.analytics.kept_a_moment import KeptAMoment
from gateway.web.console.guard import me
from gateway.web.console.names import Names
from gateway.web.console.pages import N_
from gateway.web.console.words import said, translations

#: How the periods are called.
PERIODS = {
    Period.DAY: N_("24 hours"),
    Period.WEEK: N_("7 days"),
    Period.MONTH: N_("30 days"),
    Period.YEAR: N_("A year"),
}
#: What the first page has; who is served how stands on one of its own.
EQUITY = ("equity", "languages", "networks", "districts")


_SECONDS = N_("%(number)s s")
#: Figures that a page asks for again are no older than that, for all who look at the same.
KEPT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for."""

    period: Period
    institution: str


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the overview."""
    overview = Blueprint("overview", __name__, url_prefix="/overview")
    kept = KeptAMoment[str](gateway.clock.monotonic, KEPT_SECONDS)

    def page_or_figures(endpoint: str, tables: Callable[[Asked], Sequence[Table]]) -> str:
        asked = _asked()
        if request.args.get("part") != "figures":
            return _page(gateway, endpoint, asked, tables(asked), "console/overview.html")
        seen_by = frozenset(me().reach(Act.READ))
        return kept(
            (endpoint, asked, seen_by, g.language),
            lambda: _page(gateway, endpoint, asked, tables(asked), "console/figures.html"),
        )

    @overview.get("/")
    def page() -> str:
        def tables(asked: Asked) -> Sequence[Table]:
            found = gateway.overview(me().name, asked.period, asked.institution)
            return [each for each in found if each.name not in EQUITY]

        return page_or_figures("overview.page", tables)

    @overview.get("/equity")
    def equity() -> str:
        def tables(asked: Asked) -> Sequence[Table]:
            found = gateway.overview(me().name, asked.period, asked.institution, EQUITY)
            return [each for each in found if each.rows or each.name not in DECLARED]

        return page_or_figures("overview.equity", tables)

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


def _page(
    gateway: Gateway, endpoint: str, asked: Asked, tables: Sequence[Table], template: str
) -> str:
    zone, names = gateway.deployment.settings.zone, Names(gateway)

    def shown(column: Column, value: Value) -> str:
        if column.unit is Unit.WORDS:
            return _said(value)
        return _shown(column.unit, value, asked.period, zone, g.language)

    phrases = lru_cache(lambda name: menu_words.phrase(gateway.releases.current(), name))
    return render_template(
        template,
        endpoint=endpoint,
        asked=asked,
        periods=PERIODS,
        tables=[names.table(_in_words(each, phrases)) for each in tables],
        institutions=names.institutions_for(Act.READ),
        shown=shown,
        pictures=PICTURES,
        columns_of=columns_of,
        line_of=line_of,
        strips_of=strips_of,
        nearly_all=_nearly_all,
        word=said,
        at=gateway.clock.now(),
    )


def _in_words(table: Table, phrase: Callable[[str], str]) -> Table:
    """Returns a table in which the sentences of the gateway stand in the place of their names."""
    names = [each.name for each in table.columns]
    if "refused_as" not in names:
        return table
    place = names.index("refused_as")
    rows = [(*row[:place], _told(row[place], phrase), *row[place + 1 :]) for row in table.rows]
    return replace(table, rows=rows)


def _told(name: Value, phrase: Callable[[str], str]) -> Value:
    return phrase(name) if isinstance(name, str) and name in PHRASES else name


def _nearly_all(share: float) -> str:
    """Returns a share that is less than all as less: 99.9 % may be an hour of a month."""
    return str(format_percent(floor(share * 1000) / 1000, "#,##0.#%", locale=g.language))


def _said(value: Value) -> str:
    """Returns what stands in a column of words; a name stays as it is."""
    if value is None or value == "":
        return "" if value == "" else "–"
    return said(value if isinstance(value, str) else str(value))


@lru_cache(maxsize=4096)
def _shown(unit: Unit, value: Value, period: Period, zone: tzinfo, language: str) -> str:
    """Returns a value as the readers of a language write it.

    The same ones are asked for every half minute, and Babel takes its time.
    """
    if value is None:
        return "–"
    match unit:
        case Unit.WORDS:
            return str(value)
        case Unit.MOMENT | Unit.MINUTE:
            if not isinstance(value, datetime):
                return str(value)
            pattern = "HH:mm" if period is Period.DAY else "d MMM"
            if unit is Unit.MINUTE and period is not Period.DAY:
                pattern = "d MMM HH:mm"
            return str(format_datetime(value.astimezone(zone), pattern, locale=language))
        case Unit.SHARE:
            return str(format_percent(float(str(value)), locale=language))
        case Unit.SECONDS:
            seconds = float(str(value))
            rounded = round(seconds, 2 if seconds < 10 else 0)
            number = format_decimal(rounded, locale=language)
            return translations(language).gettext(_SECONDS) % {"number": number}
        case Unit.NUMBER:
            return str(format_decimal(round(float(str(value)), 1), locale=language))
        case _:
            assert_never(unit)
