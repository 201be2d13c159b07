"""A declared call: another system's HTTP interface, as an operator describes it in calls.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.domain.datasets.column_kinds import Moment
from gateway.domain.faults_and_errors.errors import ServiceFailed
from gateway.domain.handler_contract.service_call import HandlerContract, TextField
from gateway.domain.text.localised_text import Template

#: What stands before a declared call's name among back ends, so that no handler is taken for one.
PREFIX = "call:"

#: Placeholders that no screen needs to ask for.
BUILT_IN = ("subscriber", "language", "key")

SECRET = re.compile(r"\$([A-Z][A-Z0-9_]*)", re.ASCII)

#: A body as written: texts with placeholders, in maps and lists.
Body = Template | tuple["Body", ...] | Mapping[str, "Body"]

#: Gives a secret by its name.
Secrets = Callable[[str], str]


def no_secrets(name: str) -> str:
    """Raises ServiceFailed: for gateways that reach no other system."""
    raise ServiceFailed(f"The secret {name} is not set.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """A text taken out of a reply: where (JMESPath), what it must be, and what stands in for it.

    Without `otherwise` a reply that lacks it is no reply.
    """

    path: str
    field: TextField
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRule:
    """Rows taken out of a reply; the paths of `fields` begin at each row."""

    path: str
    rows: int
    fields: Mapping[str, ValueRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """When a reply means this outcome: by status (`404`, `2xx`) and a JMESPath that holds."""

    name: str
    statuses: tuple[str, ...]
    when: str
    gives: tuple[str, ...]

    def fits(self, status: int) -> bool:
        """Returns whether a reply's status can mean it; without statuses any can."""
        told = (str(status), f"{status // 100}xx")
        return not self.statuses or any(one in told for one in self.statuses)


#: What a call comes to whose second facts were wrong too often; it gives `again`, a moment.
TOO_OFTEN = "too_often"
AGAIN = TextField(len("2026-12-05T14:30"), Moment())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proves:
    """That a call is asked with a second fact: wrong ones are counted, and make the next wait.

    `of` names the answer that says whose data are asked for. In the outcomes `wrong` the second
    fact did not fit, `neither` tell nothing about it, and in every other one it did. `message` is
    what the phone is sent that proved it before, while others try; empty for nothing.
    """

    of: str
    wrong: tuple[str, ...]
    neither: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCall:
    """One call. `outcomes` are tried in order; `allow_private` are networks such as 10.20.0.0/16.

    `body_kind` is `json`, `form` or empty. `timeout_seconds` holds for the whole exchange.
    """

    name: str
    method: str
    url: Template
    headers: Mapping[str, Template]
    body_kind: str
    body: Body = field(default_factory=dict, repr=False)
    timeout_seconds: float
    values: Mapping[str, ValueRule | ListRule]
    outcomes: tuple[OutcomeRule, ...]
    allow_private: tuple[str, ...]
    contract: HandlerContract
    proves: Proves | None = None

    @property
    def back_end(self) -> str:
        """Returns the name under which screens, breakers and metrics know it."""
        return PREFIX + self.name

    @property
    def secrets(self) -> tuple[str, ...]:
        """Returns the names of the secrets it uses, sorted."""
        texts = (self.url, *self.headers.values(), *templates(self.body))
        return tuple(sorted({name for text in texts for name in secrets_in(text)}))


def templates(body: Body) -> Iterator[Template]:
    """Yields the texts of a body."""
    if isinstance(body, Template):
        yield body
    else:
        for part in body.values() if isinstance(body, Mapping) else body:
            yield from templates(part)


def secrets_in(text: Template) -> list[str]:
    """Returns the names of the secrets that stand in a text as the operator wrote it."""
    return [name for piece in text.pieces[::2] for name in SECRET.findall(piece)]


def filled(text: Template, values: Mapping[str, str], secret: Secrets) -> str:
    """Returns a text with its values and secrets.

    Secrets are looked for in what the operator wrote, never in what a citizen typed.

    >>> filled(Template.parse("$TOKEN for {name}"), {"name": "$TOKEN"}, lambda name: "abc")
    'abc for $TOKEN'
    """
    pieces = [SECRET.sub(lambda found: secret(found[1]), piece) for piece in text.pieces[::2]]
    with_values = list(text.pieces)
    with_values[::2] = pieces
    return Template(tuple(with_values)).fill(values)
