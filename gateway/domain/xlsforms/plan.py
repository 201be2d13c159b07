"""What an import is asked for, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.domain.xlsforms.form.findings import Finding, Spot

#: What stands in a YAML file: texts, lists and maps.
Tree: TypeAlias = str | int | bool | Sequence["Tree"] | Mapping[str, "Tree"]
#: More screens are no dialogue on a phone: networks end one after three minutes.
MOST_SCREENS = 120
#: The longest text of a screen as it is written.
LONGEST_TEXT = 480
#: Stands in a screen for whatever is asked next.
FOLLOWING = "/following"
#: What is typed to answer nothing, where that is no answer.
SKIP = "99"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where a form goes.

    `service` names it, `spoken` are the languages of the deployment with what each calls itself.
    `words` are what a form needs beside its own, by language; English is there for all others.
    `keys` mean back, home and more on one of its channels. A repeat is asked `rounds` times.
    `kept` is what people have written of the service before, above its screens. `lists` are other
    names of long lists, by those that they would have. `bare` are screens whose question is written
    without its hint, and `paged` choices that take several pages.
    """

    service: str
    spoken: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(repr=False)
    keys: frozenset[str]
    title: Mapping[str, str]
    institution: str = ""
    shortcut: str = ""
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rounds: int = 3
    kept: Mapping[str, Tree] = field(default_factory=dict, repr=False)
    lists: Mapping[str, str] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    paged: frozenset[str] = frozenset()

    def says(self, word: str) -> dict[str, str]:
        """Returns one of the words in each language, in English where nobody has said it."""
        return {code: self.words.get(code, self.words["en"])[word] for code in self.spoken}

    @property
    def unsaid(self) -> list[str]:
        """Returns the languages in which the words are English."""
        return [code for code in self.spoken if code not in self.words]


@dataclass(slots=True, kw_only=True)
class Step:
    """One screen on the way through a form, in the order in which it is asked.

    `body` is the screen without what follows it, `before` are screens that lead to it, the first of
    them first; `when` the condition under which it is asked, and `column` what of it is kept. With
    `required` nobody skips it. `hinted` says that the question holds a hint.
    """

    screen: str
    body: dict[str, Tree] = field(repr=False)
    when: str = ""
    spot: Spot = field(default_factory=Spot)
    column: dict[str, Tree] | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    hinted: bool = False
    required: bool = False
    before: dict[str, dict[str, Tree]] = field(default_factory=dict, repr=False)

    @property
    def entry(self) -> str:
        """Returns the screen with which it begins."""
        return next(iter(self.before), self.screen)

    def need(self) -> None:
        """Takes the way out that leaves the question without an answer."""
        self.required = True
        self.body.pop("skip", None)
        for body in self.before.values():
            if body.pop("skip", None) and isinstance(ways := body["next"], list):
                body["next"] = ways[0]["goto"]
        choice = self.body.get("choice")
        if isinstance(choice, Mapping):
            lines = {key: line for key, line in choice.items() if key not in ("skip", SKIP)}
            self.body["choice"] = lines
        if self.column is not None:
            self.column.pop("empty", None)

    @property
    def may_be_empty(self) -> bool:
        """Returns whether a row may have no such answer."""
        return not self.required or bool(self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """A list that is looked through: a dataset, what its file says, and its rows, names first."""

    name: str
    declared: Mapping[str, Tree]
    rows: Sequence[Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The files of a service, as trees, with the row of each screen and what is to be told."""

    service: Mapping[str, Tree]
    form: Mapping[str, Tree]
    lists: Sequence[LookedUp] = ()
    spots: Mapping[str, Spot]
    hinted: frozenset[str]
    findings: Sequence[Finding]
