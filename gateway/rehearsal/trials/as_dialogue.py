"""Writes a trial down as a golden dialogue that passes when it is played."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.system.no_network import without_network
from gateway.adapters.yaml.quoted import Unwritable
from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.channel import Channel
from gateway.domain.trials.moves import Deed
from gateway.domain.trials.trial import Happened, Note, Tried
from gateway.rehearsal.trials.player import Player, basis

NOTHING_DONE = Sentence("Dial or text first: a dialogue begins so.")
DIALLED_AND_TEXTED = Sentence(
    "A dialogue is dialled or texted, and this trial does both. Try the two one after the other."
)
UNWRITABLE = Sentence("What was typed cannot be written into a file.")


@dataclass(frozen=True, slots=True)
class Copied:
    """A trial as the text of a dialogue's file.

    `other_pages` says that the dialogue shows other pages than the trial did: what a network does
    to a turn, a slow back end and the page of another network are in no dialogue.
    """

    text: str = field(repr=False)
    dialogue: Dialogue
    other_pages: bool


def as_dialogue(player: Player, tried: Tried, title: str = "", to_root: str = "../") -> Copied:
    """Returns the dialogue that a trial is; raises Refused for one that no dialogue can be."""
    written = _dialogue(player, tried)
    with without_network():
        played = player.stage.play(replace(written, title=title.strip() or "Copied from a trial"))
    *before, last = played.turns
    whole = replace(played, turns=[*before, replace(last, types=None, dials=None)])
    try:
        text = dialogue_files.written(whole, to_root)
    except Unwritable as error:
        raise Refused(UNWRITABLE) from error
    seen = [
        each.page if each.page is not None else "".join(each.sms[:1])
        for each in tried.happened
        if each.move.deed in _GO_OUT and each.note in _WENT
    ]
    return Copied(text, whole, other_pages=seen != [turn.sees for turn in whole.turns])


def _dialogue(player: Player, tried: Tried) -> Dialogue:
    begun = basis(tried.trial, player.release)
    if not begun.opening:
        raise Refused(NOTHING_DONE)
    texted = begun.surface is Surface.SMS
    turns: list[DialogueTurn] = []
    code, pins = "", dict(tried.samples)
    for each in tried.happened:
        move = each.move
        if turns:
            turns[-1] = _before_the_next(turns[-1], each, tried.line)
        else:
            pins |= each.pinned
        if move.deed not in _GO_OUT or each.note not in _WENT:
            continue
        if (move.deed is Deed.TEXT) is not texted:
            raise Refused(DIALLED_AND_TEXTED)
        code = move.said if move.deed is Deed.DIAL else code
        if turns and move.deed in (Deed.TYPE, Deed.TEXT):
            turns[-1] = replace(turns[-1], types=move.said)
        elif turns:
            turns[-1] = replace(turns[-1], dials=code or tried.line.service_code or "")
        turns.append(DialogueTurn(sees=""))
    if not turns:
        raise Refused(NOTHING_DONE)
    return replace(begun, turns=turns, handlers=pins)


def _before_the_next(turn: DialogueTurn, each: Happened, line: Channel) -> DialogueTurn:
    """Returns a turn behind which time passes, or a back end comes to something else."""
    minutes = each.move.minutes
    if each.move.deed is Deed.TIME_OUT:
        minutes = math.ceil(line.session_seconds / 60) + 1
    return replace(
        turn,
        later_minutes=turn.later_minutes + minutes,
        handlers={**turn.handlers, **each.pinned},
    )


#: These bring a page, or an SMS.
_GO_OUT = frozenset({Deed.DIAL, Deed.REDIAL, Deed.TYPE, Deed.TEXT})
#: With these a turn did go out.
_WENT = (None, Note.NOTHING_TO_CUT, Note.NOTHING_BEFORE, Note.NOTHING_ASKED)
