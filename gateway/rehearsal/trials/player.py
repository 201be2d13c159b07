"""Plays a trial: its moves, one after the other, on a stage that is made anew for it.

Nothing of it is kept. What a trial shows follows from its setting and its moves alone, so going
back is playing one move less, and whoever has the moves has the trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.adapters.system.no_network import without_network
from gateway.domain.dialogue.golden_dialogue import Dialogue, Surface
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen, ServiceScreen
from gateway.domain.trials.moves import Deed, Move, OnTheWay
from gateway.domain.trials.trial import (
    NO_CHANNEL,
    NO_LANGUAGE,
    Happened,
    Held,
    Note,
    Trial,
    Tried,
)
from gateway.rehearsal.phones import Line
from gateway.rehearsal.stage import OnStage, Stage
from gateway.rehearsal.trials.back_ends import LATE_SECONDS, BackEnds, Worker
from gateway.rehearsal.trials.phone import TrialPhone
from gateway.use_cases.ports import Clock

#: A trial that has taken so long is not played on: others wait for the process, too.
MOST_SECONDS = 8.0
#: What is typed there is somebody's own, whatever the menu does with it.
_OWN_KINDS = frozenset({"name", "phone", "national_id", "pin", "case_number", "date"})


@dataclass(slots=True)
class Player:
    """Plays trials of one menu on its stage; `machine` says how long that takes."""

    stage: Stage
    release: Release
    machine: Clock

    def play(self, trial: Trial) -> Tried:
        """Returns what came of every move; raises Refused for a setting that is not here."""
        dialogue = basis(trial, self.release)
        if not self.stage.has_line_of(dialogue):
            raise Refused(NO_CHANNEL)
        worker = Worker()
        with (
            without_network(),
            self.stage.opened(dialogue, on=trial.setting.on, bell=worker) as here,
        ):
            back_ends = BackEnds(
                self.release, here.handlers, here.clock, here.line.deadline_seconds
            )
            worker.clock, worker.gateway, worker.back_ends = here.clock, here.gateway, back_ends
            if trial.setting.language:
                here.gateway.choose_language(trial.setting.caller, trial.setting.language)
            line = Line(
                gateway=here.gateway,
                clock=here.clock,
                channel=here.line,
                caller=trial.setting.caller,
            )
            used = TrialPhone(line, newest=trial.setting.newest)
            happened: list[Happened] = []
            began = self.machine.monotonic()
            for move in trial.moves:
                if self.machine.monotonic() - began > MOST_SECONDS:
                    break
                happened.append(self._done(move, here, used, back_ends, worker))
            session = used.session()
            return Tried(
                trial=trial,
                happened=happened,
                held=[] if session is None else list(_held(self.release, session, here)),
                line=here.line,
                now=here.clock.now(),
                open=used.is_open,
                left_over=len(trial.moves) - len(happened),
                choices=(choices := back_ends.choices()),
                samples={name: each for name, each in back_ends.samples.items() if name in choices},
            )

    def _done(
        self, move: Move, here: OnStage, used: TrialPhone, back_ends: BackEnds, worker: Worker
    ) -> Happened:
        asked = len(back_ends.asked)
        back_ends.slow, back_ends.delayed = move.on_the_way is OnTheWay.SLOW, False
        note: Note | None = None
        pinned: Mapping[str, Outcome] = {}
        if move.deed is Deed.OUTCOME:
            try:
                pinned = back_ends.pin(move.said)
            except Refused:
                note = Note.NO_OUTCOME
        began = self.machine.monotonic()
        page = used.does(move)
        took = self.machine.monotonic() - began
        if back_ends.slow:
            back_ends.slow = False
            if back_ends.delayed:
                here.clock.sleep(LATE_SECONDS)  # then it answers after all
            else:
                note = Note.NOTHING_ASKED
        here.gateway.replay_spool()
        worker.work()
        new = tuple(back_ends.asked[asked:])
        language, screen = page.of if page is not None and page.of else ("", "")
        texts = page.sms if page is not None else ()
        if page is not None and move.deed is Deed.TEXT and page.text:
            texts = (page.text, *page.sms)
        return Happened(
            move=move,
            page=None if page is None or move.deed is Deed.TEXT else page.text,
            ends=page is not None and page.ends,
            sms=(*texts, *used.line.new_sms()),
            screen=screen,
            language=language,
            took_seconds=took,
            asked=new,
            note=note or used.note,
            pinned=pinned,
        )


def basis(trial: Trial, release: Release) -> Dialogue:
    """Returns the dialogue that a trial is, without its turns; raises Refused for a language."""
    setting = trial.setting
    if setting.language and setting.language not in release.languages:
        raise Refused(NO_LANGUAGE)
    first = next((each for each in trial.moves if each.deed in (Deed.DIAL, Deed.TEXT)), None)
    texted = first is not None and first.deed is Deed.TEXT
    return Dialogue(
        title="A trial",
        surface=Surface.SMS if texted else Surface.USSD,
        opening=first.said if first else "",
        channel=setting.channel,
        language=setting.language,
        chosen=bool(setting.language),
        at=setting.at,
        turns=[],
    )


def _held(release: Release, session: Session, here: OnStage) -> Iterator[Held]:
    personal = _is_personal(release, session, here)
    for name, said in session.answers.items():
        screen = release.screens.get(name)
        asks = screen if isinstance(screen, InputScreen) else None
        own = asks is not None and (
            KINDS[asks.accepts.kind].free_text or asks.accepts.kind in _OWN_KINDS
        )
        yield Held(name=name, said=said, personal=own or personal)
    for screen in release.each(InputScreen):
        came_by = any(at == screen.id for at, _, _ in session.trail)
        if screen.secret and came_by and screen.id not in session.answers:
            yield Held(name=screen.id, said="", personal=True, secret=True)
    for layer in session.values:
        for name, value in layer.items():
            said = value if isinstance(value, str) else _rows(value)
            yield Held(name=name, said=said, personal=personal)


def _is_personal(release: Release, session: Session, here: OnStage) -> bool:
    """Returns whether a back end of the service shows what is nobody else's business."""
    service = session.at.partition(".")[0]
    contracts = {name: each.contract for name, each in here.handlers.items()}
    asks = [each.handler for each in release.each(ServiceScreen) if _of(each.id, service)]
    return any(contracts[name].personal for name in asks if name in contracts)


def _of(screen: str, service: str) -> bool:
    return screen.partition(".")[0] == service


def _rows(rows: Sequence[object]) -> str:
    return f"{len(rows)} ×"
