"""Offer a dialogue that was cut short, and go on with it: by redialling, or by a code."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gateway.domain.dialogue.back_stack import without_services
from gateway.domain.dialogue.engine import PATIENCE, begin
from gateway.domain.dialogue.resume_offer import GO_ON, START_AGAIN, ask, is_resume_code
from gateway.domain.dialogue.screen_rendering import closing
from gateway.domain.dialogue.session import Offer, Session, StoredTurn
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.reading.keys import key_of
from gateway.domain.retention.what_is_removed import OFFER_REMEMBERED
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress
from gateway.use_cases.ports import Clock, Counters, Keyring, Releases, ResumePoints, Sessions
from gateway.use_cases.ussd.dialogue import TurnInHand, TurnResult, UssdDialogue
from gateway.use_cases.ussd.resume_place import leads_astray, nudges


@dataclass(frozen=True, slots=True)
class _Place:
    """An earlier dialogue, and what is asked before it goes on.

    `known` is the language its caller has chosen: who starts again without one is asked for it.
    """

    release: Release
    session: Session
    offer: Offer
    origin: str
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferResume:
    """The use case, with the ports it needs. What it raises of a store ends in a replayed turn."""

    dialogue: UssdDialogue
    releases: Releases
    points: ResumePoints
    sessions: Sessions
    keyring: Keyring
    clock: Clock
    counters: Counters

    def first(self, turn: TurnInHand, dropped: StoredTurn | None, known: str) -> TurnResult | None:
        """Returns the first page of a session that goes on with an earlier one, or None.

        `known` is the language the caller has chosen, or none. A session that is lost and was
        offered something is over: what was typed since then cannot be told from answers to the
        home screen, and might write something.

        What is dialled behind the service code goes before an offer, unless it is the shortcut of
        the very service that was cut short, as when the number is dialled again from the call list.
        """
        answers = turn.all_answers
        if answers and is_resume_code(answers[0]):
            language = known or turn.said.language
            try:
                led = self._by_code(turn, answers[0], answers[1:], known)
            except StoreUnavailable:
                return self._over(language, "try_again")
            return led or self._over(language, "resume_lapsed")
        if self._was_offered(turn, answers):
            return self._over(known or turn.said.language, "try_again")
        if dropped is None or dropped.offer is not None:
            return None
        session, release = dropped.session, self.releases.find(dropped.session.release)
        service = release.service_of(session.at) if release else None
        if release is None or service is None or answers not in ([], [service.shortcut]):
            return None
        offer = Offer(dialled=answers[0] if answers else "")
        if service.sensitive:
            offer = replace(offer, screen=service.second_fact, neutral=True)
            if service.second_fact not in session.answers:
                return None  # nothing would prove that this is the same person
        return _asked(turn, _Place(release, session, offer, dropped.origin, known))

    def next(
        self, turn: TurnInHand, stored: StoredTurn, typed: str, known: str
    ) -> TurnResult | None:
        """Returns the answer to an offer, or to a code typed at home; None for any other turn."""
        if stored.offer is None:
            if stored.session.at != HOME:
                return None
            code, *further = typed.split("*")
            if not is_resume_code(code.strip()):
                return None
            led = self._by_code(turn, code.strip(), further, known)
            return led or self.dialogue.refuse(turn, stored, Complaint("resume_lapsed"))
        release = self.releases.find(stored.session.release)
        if release is None:
            return self.dialogue.begin(turn, stored.session.language, ())
        place = _Place(release, stored.session, stored.offer, stored.origin, known)
        return self._answered(turn, place, typed.split("*"))

    def note(self, turn: TurnInHand, before: StoredTurn | None, result: TurnResult) -> None:
        """Keeps in mind that answers of this session are not the home screen's."""
        if leads_astray(turn, before, result):
            self.points.note_offered(turn.key, self.clock.now() + OFFER_REMEMBERED)

    def _over(self, language: str, why: str) -> TurnResult:
        release = self.releases.current()
        session = begin(release, language).session._replace(ended=True)
        progress = DialogueProgress(Step(session=session, event=Event.LOST), failure=why)
        return TurnResult(release, progress, closing(release, session, why))

    def _by_code(
        self, turn: TurnInHand, code: str, further: Sequence[str], known: str
    ) -> TurnResult | None:
        """Returns what a code leads to; None for one that was used, is too old, or never was."""
        index = self.keyring.index("resume code", code).hex()
        point = self.points.find(index, turn.key, self.clock.now())
        release = self.releases.find(point.kept.session.release) if point else None
        if point is None or release is None:
            return None
        session = point.kept.session._replace(wrong=0)
        screen = release.service_of(session.at).second_fact
        owner = self.keyring.index_of(identity_from_stored(point.kept.caller)).hex()
        offer = Offer(screen=screen, fact=point.fact, code=index, owner=owner, neutral=True)
        place = _Place(release, session, offer, point.kept.origin, known)
        return self._answered(turn, place, further) if further else _asked(turn, place)

    def _answered(self, turn: TurnInHand, place: _Place, typed: Sequence[str]) -> TurnResult:
        answer, further = typed[0].strip(), typed[1:]
        offer = place.offer
        if answer == turn.channel.keys.home:
            self._retire(turn, place)
            return self._again(turn, place, ())
        if offer.fact:
            return self._fact(turn, place, answer, further)
        choice = key_of(answer)
        if choice == START_AGAIN:
            self._retire(turn, place)
            return self._again(turn, place, [offer.dialled] if offer.dialled else ())
        if choice != GO_ON:
            return _refused(turn, place, Complaint("choice_wrong"))
        if not offer.screen:
            return self._go_on(turn, place, further)
        fact = fact_of(self.keyring, place.session.answers[offer.screen])
        asked = replace(place, offer=replace(offer, fact=fact))
        return self._answered(turn, asked, further) if further else _asked(turn, asked)

    def _fact(
        self, turn: TurnInHand, place: _Place, answer: str, further: Sequence[str]
    ) -> TurnResult:
        offer, screen = place.offer, place.release.screens[place.offer.screen]
        if not isinstance(screen, InputScreen):
            return self.dialogue.begin(turn, place.session.language, ())
        told = check(screen.accepts, answer, place.session.language)
        if turn.replayed and further and not self._proves(offer, told):
            return self._fact(turn, place, further[0].strip(), further[1:])  # as it was mended then
        if isinstance(told, Complaint):
            return _refused(turn, place, told)
        if not self._proves(offer, told):
            if offer.code and not self.points.miss(offer.code):
                return self._over(place.session.language, "resume_lapsed")
            return _refused(turn, place, Complaint("resume_fact_wrong"))
        if offer.code and not self.points.use(offer.code, turn.key):
            return self._over(place.session.language, "resume_lapsed")
        return self._go_on(turn, place, further)

    def _proves(self, offer: Offer, told: str | Complaint) -> bool:
        if isinstance(told, Complaint):
            return False
        return same_secret(fact_of(self.keyring, told), offer.fact)

    def _was_offered(self, turn: TurnInHand, answers: Sequence[str]) -> bool:
        """Returns whether the session is one that is lost, and was offered something.

        It is asked where it may be so: a shortcut alone begins a session. Without the database
        nobody knows; then the session is new, as nearly every one that begins with answers is.
        """
        alone = len(answers) == 1 and answers[0] in self.releases.current().shortcuts
        if not turn.said.text or alone:
            return False
        with suppress(StoreUnavailable):
            return self.points.was_offered(turn.key)
        return False

    def _retire(self, turn: TurnInHand, place: _Place) -> None:
        """Takes the code away: a dialogue that its own phone goes on with ends in one way only.

        Without the database the code stays, and the caller goes on all the same.
        """
        service = place.release.service_of(place.session.at)
        if nudges(service) and not place.offer.code:
            with suppress(StoreUnavailable):
                self.points.retire(turn.subscriber, service.id)

    def _again(self, turn: TurnInHand, place: _Place, answers: Sequence[str]) -> TurnResult:
        asks = self.releases.current().ask_language
        language = place.known if asks else place.known or place.session.language
        return self.dialogue.begin(turn, language, answers)

    def _go_on(self, turn: TurnInHand, place: _Place, further: Sequence[str]) -> TurnResult:
        way = "code" if place.offer.code else "redial"
        if not place.offer.code:
            self._retire(turn, place)
        elif not same_secret(place.offer.owner, turn.subscriber.hex()):
            with suppress(StoreUnavailable):  # then it is offered to the other phone once more
                owner = bytes.fromhex(place.offer.owner)
                self.sessions.forget_place(owner, place.origin)
        self.counters.add("ussd_resumed", channel=turn.channel.name, way=way)
        turn = turn._replace(origin=place.origin)
        session = without_services(place.session, _unproven(place))
        return self.dialogue.go_on_from(turn, place.release, session, further)


def fact_of(keyring: Keyring, answer: str) -> str:
    """Returns the keyed hash (hex) by which the second fact is compared."""
    return keyring.index("second fact", answer).hex()


def _unproven(place: _Place) -> frozenset[str]:
    """Returns the sensitive services whose second fact was not typed; back must not lead there."""
    services = place.release.services.values()
    here = place.release.service_of(place.session.at).id
    return frozenset(each.id for each in services if each.sensitive and each.id != here)


def _asked(turn: TurnInHand, place: _Place, complaint: Complaint | None = None) -> TurnResult:
    shown = ask(place.release, place.session, place.offer, turn.channel.page, complaint)
    step = Step(session=shown.session, event=Event.REFUSED if complaint else Event.OFFERED)
    return TurnResult(place.release, DialogueProgress(step), shown, place.origin, place.offer)


def _refused(turn: TurnInHand, place: _Place, complaint: Complaint) -> TurnResult:
    session = place.session._replace(wrong=place.session.wrong + 1)
    if session.wrong <= PATIENCE:
        return _asked(turn, replace(place, session=session), complaint)
    # LOST and not GIVEN_UP: whoever cannot answer this is not asked again.
    session = session._replace(ended=True)
    code = turn.channel.service_code or turn.said.service_code
    shown = closing(place.release, session, "too_many_wrong", {"service_code": code})
    return TurnResult(
        place.release, DialogueProgress(Step(session=session, event=Event.LOST)), shown
    )
