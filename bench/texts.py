"""Reading the first word of a text with many keywords: the right one, a misspelled one, neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bench.engine import Measured, time_interleaved
from bench.figures import Findings, Spread, Target
from bench.house import House
from gateway.deployment.load import load
from gateway.domain.commands.keywords import fold, read
from gateway.domain.menu.release import Release, Service

KEYWORDS = 500
#: A citizen's text may cost this much to be understood, at worst.
MOST_US = 100.0
#: How much dearer the tenfold number of keywords may make a misspelled word.
LINEAR = 12.0

_SYLLABLES = ("ba", "ke", "mi", "so", "tu", "ra", "ne", "wi", "lo", "pu")


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns the CPU time of reading one text."""
    base = load(house.environ).load_release()
    many, few = _with_keywords(base, KEYWORDS), _with_keywords(base, KEYWORDS // 10)
    word = next(reversed(many.keywords))
    slip = word[:3] + "x" + word[4:]
    rare = next(reversed(few.keywords))
    kinds = [
        Measured("the right word", _reading(many, f"{word} 10231456 2025"), 1),
        Measured("a misspelled word", _reading(many, f"{slip} 10231456 2025"), 1),
        Measured("a word nobody knows", _reading(many, "xyzzyxyzzy 10231456 2025"), 1),
        Measured("a misspelled word, 50 keywords", _reading(few, f"{rare[:3]}x{rare[4:]} 1"), 1),
    ]
    if read(many, slip).meant != word.upper():
        raise RuntimeError(f"{slip} was not read as {word}")
    found: Mapping[str, list[float]] = time_interleaved(kinds, rounds, seconds)
    findings = Findings(f"Texts, {KEYWORDS} keywords", ("what", "CPU µs/text"))
    findings.rows = [(name, Spread.of(us).shown(1)) for name, us in found.items()]
    median = [Spread.of(us).median for us in found.values()]
    findings.targets = [
        Target(what="dearest text", found=max(median), bound=MOST_US, at_least=False, unit=" µs"),
        Target(
            what="500 keywords / 50 keywords",
            found=median[1] / median[3],
            bound=LINEAR,
            at_least=False,
        ),
    ]
    findings.raw = dict(found)
    return findings


def _with_keywords(base: Release, count: int) -> Release:
    """Returns the release with so many keywords of one more service each."""
    words = [_word(number) for number in range(count)]
    home = base.services["home"]
    services: dict[str, Service] = {
        word: replace(home, id=word, shortcut="", keywords={"en": (word.upper(),)})
        for word in words
    }
    return replace(
        base,
        services={**base.services, **services},
        keywords={fold(word): (word, "en") for word in words},
    )


def _word(number: int) -> str:
    """Returns a word of eight letters, well apart from all others."""
    digits = f"{number * 7919 % 10_000:04d}"
    return "".join(_SYLLABLES[int(digit)] for digit in digits)


def _reading(release: Release, text: str) -> Callable[[], None]:
    def run() -> None:
        read(release, text)

    return run
