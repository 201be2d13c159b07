"""The text of a warning: what its source says first, cut to segments between sentences only.

A warning is read on a small screen, and each segment is paid for. Nothing is cut within a sentence:
half an instruction can be the contrary of the whole one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.alerts.alert import Info
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import downgraded

#: What ends a sentence, and what may close behind it: "(Look below.)"
_ENDS, _CLOSES = ".!?።؟।॥۔။។。！？", "\"')]}»”’」』）"
#: Where a sentence may end, in the scripts of the languages that come with the gateway. What goes
#: on in small letters or digits behind a point is the same sentence: "approx. 20 km".
_END = re.compile(rf"(?:(?<=[{_ENDS}])|(?<=[{_ENDS}][{re.escape(_CLOSES)}]))\s+(?=[^\W\d_]|[¿¡])")
#: A short word before the point is cut short itself: "St. Mary", "No. 5", "Dr. Okello".
_SHORTENED = re.compile(r"(^|[\s(])\w{1,3}\.$")

#: What some sources write for their own page: where a block ends a line does, too.
_BLOCK = re.compile(r"</?(?:p|div|br|ul|ol|li|tr|table|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)

#: How bulletins are set for machines that knew no other signs: "...FLOOD WARNING..." and
#: "* WHAT...Flooding". Only the signs change, no word.
_SET = (
    (re.compile(r"(^|\s)\.{3,}(?=\w)"), r"\1"),
    (re.compile(r"(?<=\w)\.{3,}(?=\w)"), ": "),
    (re.compile(r"(?<=\w)\.{3,}(?=\s+(?:\*|[A-Z])|$)"), "."),
    (re.compile(r"(^|(?<=[.!?:])\s)\*\s+(?=\w)"), r"\1"),
)

#: What stands in a field that its source had to fill, and says nothing.
_NOTHING = frozenset({"none", "n/a", "na", "nil", "not applicable", "-", "--", "."})


@dataclass(frozen=True, slots=True)
class LongestText:
    """How many segments a warning may take."""

    segments: int = 2

    def holds(self, text: str) -> bool:
        """Returns whether a text takes no more."""
        return len(segment(text).parts) <= self.segments


def worded(info: Info, longest: LongestText) -> tuple[str, Sentence | None]:
    """Returns the text of an info, and what a person has to decide; None where nothing.

    It begins with the first sentence of the headline, where there is none of the description, and
    else with the event's name. Then comes what to do; what is left of the room holds more of what
    happens, between them.
    """
    lead = _sentences(info.headline) or _sentences(info.description) or _sentences(info.event)
    first, more = lead[:1], lead[1:]
    if info.headline.strip():
        more = [*more, *_sentences(info.description)]
    if not longest.holds(" ".join(first)):
        return "", Sentence("its first sentence takes too many segments. Write the text.")
    to_do = _sentences(info.instruction)
    more = _unsaid(more, [*first, *to_do])
    doing = _that_fit(first, to_do, [], longest)
    text = " ".join([*first, *_that_fit(first, more, doing, longest), *doing])
    if to_do and not doing:
        return text, Sentence("what to do does not fit. Write the text.")
    return text, None


def withdrawn(text: str, over: str, longest: LongestText) -> str:
    """Returns the text that ends a warning: the sentence `over`, and how the warning began.

    What it told people to do is not said once more.
    """
    first = _sentences(text)[:1]
    return " ".join([over, *_that_fit([over], first, [], longest)])


def _unsaid(sentences: Sequence[str], said: Sequence[str]) -> list[str]:
    """Returns the sentences without those that are said: many descriptions begin as the headline.

    A sentence that is said twice is paid for twice, and takes the room of another.
    """
    known = {_alike(each) for each in said}
    left: list[str] = []
    for each in sentences:
        if _alike(each) not in known:
            left.append(each)
            known.add(_alike(each))
    return left


def _alike(sentence: str) -> str:
    return sentence.casefold().rstrip(f"{_ENDS}{_CLOSES} ")


def _that_fit(
    before: Sequence[str], sentences: Sequence[str], after: Sequence[str], longest: LongestText
) -> Sequence[str]:
    """Returns as many of the sentences, in their order, as fit between others."""
    count = 0
    while count < len(sentences) and longest.holds(
        " ".join([*before, *sentences[: count + 1], *after])
    ):
        count += 1
    return sentences[:count]


def _sentences(text: str) -> list[str]:
    """Returns the sentences of a text, each with an end of its own.

    Sources break their lines anywhere; a letter that only typography keeps out of GSM-7 is changed.
    """
    plain = downgraded(" ".join(_without_tags(text).split()))
    for signs, instead in _SET:
        plain = signs.sub(instead, plain)
    if plain.casefold().rstrip(".") in _NOTHING:
        return []
    sentences: list[str] = []
    for part in filter(None, _END.split(plain)):
        if sentences and (_SHORTENED.search(sentences[-1]) or part[0].islower()):
            sentences[-1] = f"{sentences[-1]} {part}"
        else:
            sentences.append(part)
    if sentences and not _is_ended(sentences[-1]):
        sentences[-1] += "."
    return sentences


def _is_ended(sentence: str) -> bool:
    return sentence.rstrip(_CLOSES).endswith(tuple(_ENDS))


def _without_tags(text: str) -> str:
    """Returns a text without the HTML that its source may have put there for its own page.

    "Winds < 40 km/h" is none. A block is a sentence, though no point ends it.
    """
    if not _TAG.search(text):
        return html.unescape(text)
    lines = (" ".join(_TAG.sub("", line).split()) for line in _BLOCK.split(text))
    ended = (line if _is_ended(line) or line[-1] in ":;," else f"{line}." for line in lines if line)
    return html.unescape(" ".join(ended))
