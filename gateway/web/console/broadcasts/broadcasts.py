"""Broadcasts: which there are, how far each is, and what somebody may do with it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from gateway.adapters.dataset_files.figures import csv_of
from gateway.composition.gateway import Gateway
from gateway.domain.analytics.tables import Column, Table, Unit
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.outcomes import Outcome, Outcomes
from gateway.domain.broadcast.states import Deed, State, is_second_person, may
from gateway.domain.faults_and_errors.errors import InvalidAddress, NotAllowed, NotThere, Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.reading.local_moment import local_moment
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.trials.trial import NO_NUMBER
from gateway.use_cases.broadcast.check_broadcast import is_being_checked
from gateway.web.console.analytics.kept_a_moment import KeptAMoment
from gateway.web.console.asked_again import asked_again
from gateway.web.console.broadcasts import words
from gateway.web.console.guard import Shown, me
from gateway.web.console.names import Names
from gateway.web.console.pages import N_
from gateway.web.console.turned_pages import ROWS, asked_for, skipped, turned
from gateway.web.console.words import _, why

#: What it takes to do something with a broadcast; all else takes the act of broadcasting.
_TAKES: Mapping[Deed, Act] = {Deed.APPROVE: Act.APPROVE_BROADCAST, Deed.EMERGENCY: Act.EMERGENCY}
#: Whoever looks at one that is sent asks for its figures again and again.
KEPT_SECONDS = 4.0
#: States in which figures still change.
_MOVES = (State.SCHEDULED, State.SENDING, State.PAUSED, State.CANCELLED)
_COLUMNS = (
    Column("language", N_("Language"), Unit.WORDS),
    Column("channel", N_("Channel"), Unit.WORDS),
    Column("outcome", N_("What came of it"), Unit.WORDS),
    Column("number", N_("SMS")),
    Column("segments", N_("Segments")),
    Column("cost", N_("Cost"), Unit.WORDS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a broadcast is: `done` recipients of `whole`, who were left out are done."""

    done: int
    whole: int

    @property
    def percent(self) -> int:
        """Returns the part that is done."""
        return min(100, 100 * self.done // self.whole)


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of broadcasts."""
    broadcasts = Blueprint("broadcasts", __name__, url_prefix="/broadcasts")
    again, names = asked_again(gateway), Names(gateway)
    read, direct = gateway.broadcast.read, gateway.broadcast.direct
    kept = KeptAMoment[Outcomes](gateway.clock.monotonic, KEPT_SECONDS)

    @broadcasts.get("/")
    def listed() -> str:
        asked = asked_for("state", "institution")
        known = {each.value for each in State}
        states = [State(asked["state"])] if asked.get("state") in known else list(State)
        found = read.newest(asked.get("institution", ""), states, ROWS + 1, me().name, skipped())
        return render_template(
            "console/broadcasts/list.html",
            turned=turned(found),
            asked=asked,
            states=words.STATES,
            institutions=names.institutions_for(Act.READ),
            may_write=bool(me().reach(Act.BROADCAST)),
        )

    def page(id: int, fault: str = "", typed: Mapping[str, str] | None = None) -> str:
        found = read.one(id, me().name)
        return render_template(
            "console/broadcasts/one.html",
            deeds={each.name for each in _deeds(gateway, found)},
            is_second=is_second_person(me().name, found.created_by),
            costs=read.cost_of(found),
            may_write=bool(me().reach(Act.BROADCAST)),
            fault=fault,
            typed=typed or {},
            is_counted=is_being_checked(found, gateway.clock.now()),
            **figures(found),
        )

    def figures(found: Broadcast) -> dict[str, object]:
        outcomes = kept((found.id, found.changed_at), lambda: read.came_of(found))
        return {
            "found": found,
            "outcomes": outcomes,
            "numbers": {each: n for each in Outcome if (n := outcomes.numbers[each.value])},
            "progress": _progress(found, outcomes),
            "rows": _rows(outcomes),
            "moves": found.state in _MOVES and found.closed_at is None,
            "words": words,
            "at": gateway.clock.now(),
        }

    @broadcasts.get("/<int:id>")
    def one(id: int) -> str:
        if request.args.get("part") != "figures":
            return page(id)
        return render_template(
            "console/broadcasts/figures.html", **figures(read.one(id, me().name))
        )

    @broadcasts.get("/<int:id>/report.csv")
    def report(id: int) -> Response:
        _found, outcomes = read.outcomes(id, me().name)
        file = f'attachment; filename="broadcast-{id}.csv"'
        return Response(
            csv_of(_table(outcomes)), mimetype="text/csv", headers={"Content-Disposition": file}
        )

    def done(id: int, deed: Callable[[str], object]) -> Shown:
        """Does something with a broadcast; its page says why not, and keeps what was typed."""
        try:
            deed(me().name)
        except (NotAllowed, NotThere):
            raise
        except Refused as error:
            return page(id, why(error), request.form.to_dict()), 400
        return redirect(url_for("broadcasts.one", id=id))

    @broadcasts.post("/<int:id>/check")
    def check(id: int) -> Shown:
        return done(id, lambda by: gateway.broadcast.check.for_page(id, by))

    @broadcasts.post("/<int:id>/rehearse")
    def rehearse(id: int) -> Shown:
        def send(by: str) -> None:
            region = gateway.deployment.settings.national_region
            try:
                phone = typed_number(request.form.get("number", ""), region)
            except InvalidAddress as error:
                raise Refused(NO_NUMBER) from error
            gateway.broadcast.rehearse(id, phone, by)
            flash(_("On its way to %(number)s, in all its languages.", number=phone), "done")

        return done(id, send)

    @broadcasts.post("/<int:id>/emergency")
    @again
    def emergency(id: int) -> Shown:
        reason = request.form.get("why", "")
        return done(id, lambda by: direct.declare_emergency(id, by, reason))

    @broadcasts.post("/<int:id>/approve")
    @again
    def approve(id: int) -> Shown:
        return done(id, lambda by: direct.approve(id, by))

    @broadcasts.post("/<int:id>/start")
    @again
    def start(id: int) -> Shown:
        return done(id, lambda by: direct.start(id, by))

    @broadcasts.post("/<int:id>/schedule")
    @again
    def schedule(id: int) -> Shown:
        def begin_later(by: str) -> None:
            zone = gateway.deployment.settings.zone
            direct.schedule(id, local_moment(request.form.get("at", ""), zone), by)

        return done(id, begin_later)

    @broadcasts.post("/<int:id>/pause")
    def pause(id: int) -> Shown:
        return done(id, lambda by: direct.pause(id, by, request.form.get("why", "")))

    @broadcasts.post("/<int:id>/resume")
    @again
    def resume(id: int) -> Shown:
        return done(id, lambda by: direct.resume(id, by))

    @broadcasts.post("/<int:id>/cancel")
    def cancel(id: int) -> Shown:
        return done(id, lambda by: direct.cancel(id, by, request.form.get("why", "")))

    return broadcasts


def _deeds(gateway: Gateway, found: Broadcast) -> set[Deed]:
    """Returns what who asks may do with a broadcast now."""
    whose = found.institution or gateway.deployment.settings.institution
    deeds = {
        deed
        for deed in Deed
        if may(deed, found.state) and me().may(whose, _TAKES.get(deed, Act.BROADCAST))
    }
    return deeds - {Deed.EMERGENCY} if found.is_emergency else deeds


def _progress(found: Broadcast, outcomes: Outcomes) -> Progress:
    left_out = sum(found.left_out.values())
    return Progress(
        done=outcomes.done + left_out, whole=max(found.recipients, found.filled, 1) + left_out
    )


def _rows(outcomes: Outcomes) -> Mapping[tuple[str, str], Mapping[Outcome, int]]:
    """Returns how many came to what, by language and channel."""
    rows: dict[tuple[str, str], dict[Outcome, int]] = {}
    for part in outcomes.parts:
        row = rows.setdefault((part.language, part.channel), {})
        row[part.outcome] = row.get(part.outcome, 0) + part.number
    return rows


def _table(outcomes: Outcomes) -> Table:
    return Table(
        name="broadcast",
        title=N_("What came of it"),
        columns=_COLUMNS,
        rows=[
            (
                each.language,
                each.channel,
                each.outcome.value,
                each.number,
                each.segments,
                str(each.cost) if each.cost else "",
            )
            for each in outcomes.parts
        ],
    )
