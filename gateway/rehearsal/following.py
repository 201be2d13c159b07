"""Plays a dialogue of an older menu so that the same is chosen as before, wherever it stands now.

A line that has moved to another key is still the same line: what the citizen reads is followed, not
the digit. What cannot be followed, or leads to another screen than before, is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface
from gateway.domain.dialogue.page_recognition import Recogniser, lines_of
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.release import HOME_SERVICE
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.menu_checks.ways.graph import ways
from gateway.rehearsal.stage import Stage
from gateway.use_cases.releases.play_golden_dialogue import Page

#: Of the lines of a screen that are tried; what is sent ahead is seldom further down.
_MOST_KEYS = 12
_KEY = re.compile(r"(?<![^\s*#])\d{1,2}(?![^\s*#])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How a dialogue goes when the same is chosen; `moves` says which lines have other keys now.

    `astray` says where it comes to another screen than before; None when it visits the same.
    `reads` says which pages read otherwise.
    """

    dialogue: Dialogue
    moves: tuple[Sentence, ...] = ()
    astray: Sentence | None = None
    reads: tuple[Sentence, ...] = ()

    @property
    def reason(self) -> Sentence:
        """Returns the gravest thing that is otherwise, in words that dialogues can share."""
        if self.astray:
            return self.astray
        if self.moves:
            return self.moves[0]
        return self.reads[0] if self.reads else Sentence("what it stores is otherwise")


def followed(stage: Stage, known: Recogniser, dialogue: Dialogue) -> Followed:
    """Returns how a dialogue goes when what was chosen is chosen again."""
    went = _Way(known, dialogue).walked(stage)
    if _pages(went.dialogue) == _pages(dialogue):
        return went
    # Keys that are sent ahead stand on no page: the one that leads to the same pages is meant.
    others = [(change, _tried(stage, known, each)) for change, each in _sent_otherwise(dialogue)]
    played = [(change, each) for change, each in others if each is not None]
    same = [one for one in played if _pages(one[1].dialogue) == _pages(dialogue)]
    if len(same) != 1 and went.astray:
        same = [one for one in played if not one[1].astray]
    if len(same) != 1:
        return went
    ((change, found),) = same
    return replace(found, moves=(change, *found.moves))


def _tried(stage: Stage, known: Recogniser, dialogue: Dialogue) -> Followed | None:
    try:
        return _Way(known, dialogue).walked(stage)
    except (Refused, DataInvalid):
        return None


def _pages(dialogue: Dialogue) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(turn.sees, turn.ends, turn.sms) for turn in dialogue.turns]


def _sent_otherwise(dialogue: Dialogue) -> Iterator[tuple[Sentence, Dialogue]]:
    """Yields the dialogue with one key exchanged that is sent before its page is seen.

    Such keys are dialled behind the code, written in an SMS, or joined by `*` in one turn.
    """
    for sent in _exchanged(dialogue.opening, 0):
        yield _now(dialogue.opening, sent), replace(dialogue, opening=sent)
    for number, turn in enumerate(dialogue.turns):
        first, star, _ = (turn.types or "").partition("*")
        for sent in _exchanged(turn.types, len(first)) if turn.types and star else ():
            turns = [*dialogue.turns]
            turns[number] = replace(turn, types=sent)
            yield _now(turn.types or "", sent), replace(dialogue, turns=turns)


def _now(before: str, sent: str) -> Sentence:
    return Sentence("'%(before)s' is '%(now)s' now", before=before, now=sent)


def _exchanged(sent: str, start: int) -> Iterator[str]:
    for found in _KEY.finditer(sent, start):
        for key in map(str, range(1, _MOST_KEYS + 1)):
            if key != found.group():
                yield sent[: found.start()] + key + sent[found.end() :]


@dataclass(slots=True)
class _Way:
    """One way through a menu, chosen after what is written in a dialogue."""

    known: Recogniser
    dialogue: Dialogue
    seen: list[Page] = field(default_factory=list)
    moves: list[Sentence] = field(default_factory=list)
    lost: dict[int, Sentence] = field(default_factory=dict)

    def walked(self, stage: Stage) -> Followed:
        """Returns how the dialogue went."""
        played = stage.play(self.dialogue, self._types)
        return Followed(
            dialogue=played,
            moves=tuple(dict.fromkeys(self.moves)),
            astray=self._astray(),
            reads=self._reads(),
        )

    def _types(self, number: int, page: Page) -> str | None:
        self.seen.append(page)
        turn = self.dialogue.turns[number]
        if turn.types is None or turn.sees == page.text or page.of is None:
            return turn.types
        key, star, rest = turn.types.strip().partition("*")
        label = lines_of(turn.sees).get(key)
        if label is None:
            return turn.types
        now = self._key_now(number, page, label, key)
        if not now:
            self.lost[number + 1] = Sentence(
                "'%(label)s' is not on %(screen)s any more", label=label, screen=_named(page)
            )
            return turn.types
        if now != key:
            said = self.known.said(page.of[1], now, label)
            moved = Sentence(
                "'%(label)s' moved from %(key)s to %(now)s on %(screen)s",
                label=said,
                key=key,
                now=now,
                screen=_named(page),
            )
            self.moves.append(moved)
        return now + star + rest

    def _key_now(self, number: int, page: Page, label: str, key: str) -> str:
        """Returns the key of the line that says the same, or else leads to what came next."""
        language, screen = page.of or ("", "")
        for now, said in lines_of(page.text).items():
            if said == label:
                return now
        found = self.known.key_of_label(screen, language, label)
        if found:
            return found
        next_pages = self.dialogue.turns[number + 1 :]
        wanted = self.known.screens(next_pages[0].sees) if next_pages else frozenset()
        shown = self.known.release.screens.get(screen)
        options = shown.options.values() if isinstance(shown, ChoiceScreen) else ()
        leading = [each.key for each in options if self._lands(each.goto) & wanted]
        if key in leading:
            return key
        return leading[0] if len(leading) == 1 else ""

    def _lands(self, screen: str) -> set[str]:
        """Returns the screen, and those that follow without an answer."""
        found, waiting = {screen}, [screen]
        while waiting:
            each = waiting.pop()
            shown = self.known.release.screens.get(each)
            if shown is None or self.known.asks(each):
                continue
            for goto in ways(self.known.release, each):
                if goto not in found:
                    found.add(goto)
                    waiting.append(goto)
        return found

    def _astray(self) -> Sentence | None:
        """Returns where the first page stands that is of another screen than before; or None."""
        written = self.dialogue.turns
        for number, (turn, page) in enumerate(zip(written, self.seen, strict=False)):
            if turn.sees == page.text:
                continue
            before = self.known.screens(turn.sees)
            here = page.of[1] if page.of else ""
            if here in before:
                continue
            before = self._possible(before, number)
            if before:
                return Sentence(
                    "they came to %(before)s and come to %(now)s now",
                    before=min(before),
                    now=_named(page),
                )
            if number in self.lost and not self._confirmed(number):
                return self.lost[number]
        if len(self.seen) < len(written):
            return Sentence(
                "they end on %(screen)s now, before all is typed", screen=_named(self.seen[-1])
            )
        return None

    def _confirmed(self, number: int) -> bool:
        """Returns whether the first page from here on whose words are known is where it was.

        A line and the page behind it may be reworded together; then what follows tells.
        """
        turns = zip(self.dialogue.turns[number:], self.seen[number:], strict=False)
        for turn, page in turns:
            screens = self.known.screens(turn.sees)
            if screens:
                return page.of is not None and page.of[1] in screens
        return False

    def _possible(self, screens: frozenset[str], number: int) -> frozenset[str]:
        """Leaves out the screens of services that nothing here leads to: they share words only."""
        before = self.seen[number - 1].of if number else None
        turn: DialogueTurn | None = self.dialogue.turns[number - 1] if number else None
        if before is None or turn is None or turn.dials is not None:
            return screens
        if self.dialogue.surface is Surface.SMS:
            return screens
        here = before[1].partition(".")[0]
        if here == HOME_SERVICE:
            return screens
        release = self.known.release
        near = {here, HOME_SERVICE} | {
            goto.partition(".")[0]
            for screen in release.screens
            if screen.startswith(f"{here}.")
            for goto in ways(release, screen)
        }
        return frozenset(each for each in screens if each.partition(".")[0] in near)

    def _reads(self) -> tuple[Sentence, ...]:
        turns = zip(self.dialogue.turns, self.seen, strict=False)
        found = [
            self._reading(turn, page)
            for turn, page in turns
            if (turn.sees, turn.ends, turn.sms) != (page.text, page.ends, page.sms)
        ]
        return tuple(dict.fromkeys(found))

    def _reading(self, turn: DialogueTurn, page: Page) -> Sentence:
        """Returns what is otherwise on a page: the screen's own words, or a line that many have."""
        before, now = turn.sees.split("\n"), page.text.split("\n")
        gone = [line for line in before if line not in now]
        come = [line for line in now if line not in before]
        own = page.of is None or page.of[1] not in self.known.screens(turn.sees)
        if own or len(gone) != 1 or len(come) != 1 or lines_of(gone[0]):
            return Sentence("%(screen)s reads otherwise", screen=_named(page))
        return Sentence("'%(before)s' reads '%(now)s' now", before=gone[0], now=come[0])


def _named(page: Page) -> str:
    if page.of is None:
        return Sentence("a page of the gateway's own")
    service, _, name = page.of[1].partition(".")
    return service if service == HOME_SERVICE or name == "menu" else page.of[1]
