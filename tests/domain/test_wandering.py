"""What holds of every dialogue, however someone wanders.

Checked on random walks through the sample menu, and through the menus of the repository with their
handlers and sample data.
"""

from __future__ import annotations

import copy
import functools
import json
from datetime import date
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.adapters.menu_files.load import load
from gateway.domain.dialogue.back_stack import LONGEST_TRAIL
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall
from gateway.domain.faults_and_errors.errors import TooOften
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import ChoiceScreen, InputScreen
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.text.gsm7 import septets, utf16_units
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET, Plays, Talk, outcome_of, through_json
from tests.handlers.desk import HANDLERS, DeskInMemory, call_of, look_ups_of, run
from tests.phones import CHANNEL

#: What a session may come to: it is sealed, sent and stored on every turn.
LARGEST_SESSION_BYTES = 48_000

#: Texts that are, or look like, keys, options, labels, numbers and dates.
_KEYS = ("0", "00", "98")
_LOOKALIKES = ("", " ", "*", "#", "1*2", "٢", "፩", "{name}", "\n", "10231456", "2025", "31", "41")
_WORDS = ("Water point", "Kilima", "Asha Musa", "The pump is broken")
_LIKELY = st.sampled_from([*_KEYS, *map(str, range(1, 13)), *_LOOKALIKES, *_WORDS])
_DATES = st.one_of(
    st.just(date(2007, 4, 15)), st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 1, 1))
)


def _essence(session: Session) -> Session:
    """Returns the session without its counters and without the page it was read on.

    Whether it is stored is compared apart: a correction that was begun still counts as begun when
    its first answer is taken back.
    """
    return session._replace(taken=0, wrong=0, page=0, more=False, ended=False, written=False)


def fits(page: str, budget: PageBudget) -> bool:
    """Returns whether a page is within the channel's limit."""
    cost = septets(page)
    return cost <= budget.septets if cost is not None else utf16_units(page) <= budget.ucs2


class Wandering(RuleBasedStateMachine):
    """Random walks through the sample menu; a session that ended is followed by a new one."""

    release: Release = SAMPLE
    plays: Plays = staticmethod(outcome_of)

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(release=self.release, plays=self.plays)
        self.secrets: set[str] = set()
        self.told_openly: set[str] = set()

    @initialize(language=st.sampled_from(["en", "am", "sw", "fr", ""]))
    def dials(self, language: str) -> None:
        self.talk = Talk(release=self.release, language=language, plays=self.plays)

    @precondition(lambda self: self.talk.shown.ends)
    @rule()
    def dials_again(self) -> None:
        self.talk = Talk(
            release=self.release, language=self.talk.session.language, plays=self.plays
        )

    @precondition(lambda self: not self.talk.shown.ends)
    @rule(answer=st.text(max_size=200))
    def types_anything(self, answer: str) -> None:
        self._type(answer)

    @precondition(lambda self: not self.talk.shown.ends)
    @rule(answer=_LIKELY)
    def types_what_one_may_type(self, answer: str) -> None:
        self._type(answer)

    @precondition(lambda self: not self.talk.shown.ends)
    @rule(draw=st.data())
    def types_what_is_asked(self, draw: st.DataObject) -> None:
        screen = self.release.screens[self.talk.at]
        if isinstance(screen, ChoiceScreen) and not screen.listing:
            self._type(draw.draw(st.sampled_from(list(screen.options))))
        elif isinstance(screen, InputScreen) and screen.accepts.kind == "digits":
            length = screen.accepts.minimum
            self._type(draw.draw(st.text("0123456789", min_size=length, max_size=length)))
        elif isinstance(screen, InputScreen) and screen.accepts.kind == "date":
            self._type(draw.draw(_DATES).strftime("%d%m%Y"))
        elif isinstance(screen, InputScreen):
            self._type(draw.draw(st.sampled_from(["The pump is broken", "Asha Musa", SECRET])))
        else:
            self._type(draw.draw(st.sampled_from("123")))

    def _type(self, answer: str) -> None:
        before = self.talk.session
        untouched = copy.deepcopy(before)
        screen = self.release.screens[before.at]
        if isinstance(screen, InputScreen):
            taken = check(screen.accepts, answer, before.language)
            if not isinstance(taken, Complaint):
                # One and the same date may be a secret here, and a child's birthday there.
                known = self.secrets if screen.secret else self.told_openly
                known |= {answer.strip(), taken}
        self.talk.types(answer)

        assert untouched == before
        if self.talk.step.event in (Event.SHOWN, Event.ENDED) and answer.strip() not in _KEYS:
            self._back_undoes(before)

    def _back_undoes(self, before: Session) -> None:
        if self.talk.step.language_chosen:  # leads home, where the way begins anew
            return
        back = advance(self.release, self.talk.session, "0")
        if self.talk.session.trail == ((HOME, 0, None),) and before.at != HOME:
            # Nobody goes back behind what is stored.
            assert self.talk.session.written
            assert HOME == back.session.at
            return
        page = show(self.release, back, self.talk.keys, self.talk.budget).text
        at_first = show(
            self.release,
            back._replace(session=before._replace(page=0)),
            self.talk.keys,
            self.talk.budget,
        ).text
        assert at_first == page
        if len(before.trail) < LONGEST_TRAIL:
            assert _essence(before) == _essence(back.session)
            # Never does a dialogue take for stored what is not.
            assert before.written or not back.session.written

    @invariant()
    def the_page_fits(self) -> None:
        assert self.talk.shown.text
        assert fits(self.talk.shown.text, self.talk.budget)

    @invariant()
    def home_is_one_key_away(self) -> None:
        step = advance(self.release, self.talk.session, "00")
        language, taken = self.talk.session.language, self.talk.session.taken + 1

        expected = Session(release=self.release.id, language=language, at=HOME, taken=taken)
        assert expected == step.session

    @invariant()
    def the_session_survives_storing(self) -> None:
        assert self.talk.session == through_json(self.talk.session)

    @invariant()
    def the_session_stays_small(self) -> None:
        assert len(self.talk.session.trail) <= LONGEST_TRAIL
        assert len(json.dumps(self.talk.session.to_plain())) < LARGEST_SESSION_BYTES

    @invariant()
    def no_session_holds_a_secret(self) -> None:
        written = json.dumps(self.talk.session.to_plain())
        assert not any(secret in written for secret in self.secrets - self.told_openly)


@functools.cache
def the_menus() -> Release:
    """Returns the menus of the repository."""
    return load(Path(__file__).parents[2] / "menus", HANDLERS, [CHANNEL])


class WanderingInTheMenus(Wandering):
    """Random walks through the menus of the repository; each walk has the sample data to itself."""

    def __init__(self) -> None:
        self.release = the_menus()
        desk, look_ups = DeskInMemory(), look_ups_of(self.release)

        def plays(call: PendingCall, session: Session) -> Outcome:
            asked = call_of(call.handler, call.answers, key=f"turn-{session.taken}")
            try:
                return run(asked, desk, look_ups)
            except TooOften:  # the day of one phone is full: its citizen goes on with another
                return run(asked, DeskInMemory(), look_ups)

        self.plays = plays
        super().__init__()


_EXAMPLES = settings.default.max_examples // 2
_SETTINGS = settings(max_examples=_EXAMPLES, stateful_step_count=40, deadline=None)
Wandering.TestCase.settings = _SETTINGS
WanderingInTheMenus.TestCase.settings = _SETTINGS
TestWanderingInTheSampleMenu = Wandering.TestCase
TestWanderingInTheMenus = WanderingInTheMenus.TestCase
