"""The shape of calls.yaml: every key that may be written, with what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, model_validator

from gateway.adapters.declared_rows.kind_shapes import contradiction
from gateway.adapters.menu_files.schemas.parts import Id, Shape
from gateway.adapters.menu_files.schemas.values import Expression, ValueShape
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.declared_call import TOO_OFTEN, secrets_in
from gateway.domain.text.localised_text import BadPlaceholder, Template

#: The beginning of an address up to its path, where nothing may be filled in.
_ORIGIN = r"https?://[^/?#@{}$\s]+"
#: Whoever edits menus may send these anywhere, and no other: not a provider's key, nor ours.
_FOR_CALLS = "CALL_"


def _is_template(text: str) -> str:
    try:
        template = Template.parse(text)
    except BadPlaceholder as bad:
        sentence = Sentence(
            "'%(text)s' at character %(number)s of the text is no placeholder.",
            text=str(bad),
            number=bad.column + 1,
        )
        raise wrong("032", sentence) from None
    for name in secrets_in(template):
        if not name.startswith(_FOR_CALLS):
            sentence = Sentence(
                "$%(name)s is not for calls: their secrets begin with %(prefix)s.",
                name=name,
                prefix=_FOR_CALLS,
            )
            raise wrong("071", sentence)
    return text


def _listed(written: Any) -> Any:
    return [written] if isinstance(written, str) else written


TemplateText = Annotated[str, Field(max_length=2000), AfterValidator(_is_template)]
Url = Annotated[
    TemplateText,
    named(
        _ORIGIN + r"([/?][^#\s]*)?",
        Sentence(
            "is no address: write https:// and the host as they are, placeholders only behind them."
        ),
    ),
]
HeaderName = Annotated[
    str, named(r"[A-Za-z][A-Za-z0-9-]{0,60}", Sentence("is not the name of a header."))
]
Status = Annotated[
    str, named(r"[1-5]([0-9]{2}|xx)", Sentence("is not a status such as 200 or 4xx."))
]


Statuses = Annotated[
    list[Status], BeforeValidator(_listed, json_schema_input_type=Status | list[Status])
]


OutcomeNames = Annotated[list[Id], BeforeValidator(_listed, json_schema_input_type=Id | list[Id])]


class ListShape(Shape):
    """Rows out of a reply, for a choice with `each`."""

    path: Expression = Field(description="Where the rows stand in the reply, as JMESPath.")
    rows: int = Field(ge=1, le=99, description="How many are taken at most.")
    fields: dict[Id, ValueShape] = Field(
        min_length=1, description="The values of a row; their paths begin at the row."
    )


class OutcomeShape(Shape):
    """When a reply means an outcome."""

    status: Statuses = Field(
        default=[],
        description="The status, such as 200 or 4xx, or a list of them; any if left out.",
    )
    when: Expression | None = Field(
        None, description="A JMESPath that must find something true in the reply."
    )
    gives: list[Id] | None = Field(
        None,
        description="The values and lists it gives; all with a status 2xx, else none if left out.",
    )


class BreakerShape(Shape):
    """When the other system counts as down."""

    failures: int = Field(default=5, ge=1, le=1000, description="So many failures open it.")
    window_seconds: float = Field(default=60, gt=0, le=3600, description="Within this time.")
    rest_seconds: float = Field(
        default=30,
        gt=0,
        le=3600,
        description="It is then left alone for so long, and tried by one call.",
    )


class ProvesShape(Shape):
    """That the call is asked with a second fact, such as a date of birth."""

    of: Id = Field(
        description="The answer that says whose data are asked for; wrong ones are counted by it."
    )
    wrong: OutcomeNames = Field(
        min_length=1, description="The outcomes, or the one, in which the second fact did not fit."
    )
    neither: OutcomeNames = Field(
        default=[],
        description="Outcomes that tell nothing about it, such as that the register is closed.",
    )
    message: Id | None = Field(
        None,
        description="The text of `messages.yaml` for the phone that proved it, while others try.",
    )


class CallShape(Shape):
    """A call of another system over HTTP."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        "GET", description="GET, POST, PUT, PATCH or DELETE; GET if left out."
    )
    url: Url = Field(description="The address; answers in `{braces}` are encoded as URLs need it.")
    headers: dict[HeaderName, TemplateText] = Field(
        default={}, description="Headers; `$CALL_NAME` stands for a secret."
    )
    json_: dict[str, Any] | None = Field(
        None, alias="json", description="The body as JSON; every value in it is a text."
    )
    form: dict[str, TemplateText] | None = Field(None, description="The body as a form.")
    writes: Literal["nothing", "record", "report", "preference"] | None = Field(
        None,
        description="What it writes: record, report, preference or nothing. GET writes nothing.",
    )
    timeout: float = Field(
        default=5, gt=0, le=40, description="Seconds for the whole exchange; 5 if left out."
    )
    slow: bool = Field(False, description="It may take longer than a caller can wait; see below.")
    storable: bool = Field(
        False,
        description="While the gateway's database is away it is kept, and made when it is back.",
    )
    cache_seconds: float = Field(
        default=0, ge=0, le=86400, description="For so long the same request is not made again."
    )
    keep_last: bool = Field(
        False, description="When the system fails, its last answer is shown with its time."
    )
    values: dict[Id, ValueShape] = Field(default={}, description="Texts out of the reply, by name.")
    lists: dict[Id, ListShape] = Field(default={}, description="Rows out of the reply, by name.")
    outcomes: dict[Id, OutcomeShape] = Field(
        min_length=1, description="What a reply can mean; the first that fits counts."
    )
    proves: ProvesShape | None = Field(
        None, description="That it is asked with a second fact, which cannot be tried out then."
    )
    personal: bool = Field(
        False, description="It shows or erases what is nobody else's business: see `proof`."
    )
    breaker: BreakerShape = Field(BreakerShape(), description="When the system counts as down.")
    allow_private: list[IPvAnyNetwork] = Field(
        default=[],
        description="Networks that are not public and may be reached, such as 10.20.0.0/16.",
    )

    @model_validator(mode="after")
    def _goes_together(self) -> CallShape:
        if self.json_ is not None and self.form is not None:
            raise contradiction(
                "009", "form", Sentence("A call has a body as `json` or as `form`.")
            )
        if self.method == "GET" and (self.json_ is not None or self.form is not None):
            raise contradiction(
                "009", "method", Sentence("A GET has no body; write `method: POST`.")
            )
        if self.method == "GET" and self.writes not in (None, "nothing"):
            sentence = Sentence(
                "A GET writes nothing; write `method: POST` for a %(writes)s.", writes=self.writes
            )
            raise contradiction("009", "writes", sentence)
        if self.method != "GET" and (self.cache_seconds or self.keep_last):
            sentence = Sentence(
                "Only what GET reads may be used again, since nothing is written then."
            )
            raise contradiction("009", "method", sentence)
        if self.storable and (self.method == "GET" or not self.slow):
            sentence = Sentence(
                "Only a slow call that writes can be made later: `slow: true`, and no GET."
            )
            raise contradiction("009", "storable", sentence)
        _check_body(self.json_ or {})
        given = self.values.keys() | self.lists.keys()
        if doubled := self.values.keys() & self.lists.keys():
            raise contradiction(
                "071", "lists", Sentence("'%(name)s' is a value and a list.", name=min(doubled))
            )
        for name, outcome in self.outcomes.items():
            for each in outcome.gives or ():
                if each not in given:
                    sentence = Sentence(
                        "Outcome '%(name)s' gives '%(value)s', which is no value and no list.",
                        name=name,
                        value=each,
                    )
                    raise contradiction("071", "outcomes", sentence)
        if self.proves is not None:
            _check_proof(self, self.proves)
        return self


def _check_proof(call: CallShape, proves: ProvesShape) -> None:
    if call.cache_seconds or call.keep_last or call.storable:
        sentence = Sentence(
            "A second fact is proven each time: no cache_seconds, keep_last or storable."
        )
        raise contradiction("009", "proves", sentence)
    if TOO_OFTEN in call.outcomes:
        sentence = Sentence(
            "Outcome '%(name)s' comes with `proves`: take it out here.", name=TOO_OFTEN
        )
        raise contradiction("071", "outcomes", sentence)
    unlike = [*proves.wrong, *proves.neither]
    for name in unlike:
        if name not in call.outcomes:
            sentence = Sentence(
                "'%(name)s' is no outcome of the call.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, call.outcomes),
            )
            raise contradiction("071", "proves", sentence)
        if _gives(call, call.outcomes[name]):
            sentence = Sentence(
                "Outcome '%(name)s' must give nothing, since it proves nothing: write `gives: []`.",
                name=name,
            )
            raise contradiction("071", "proves", sentence)
    if len(set(unlike)) < len(unlike):
        raise contradiction(
            "071", "proves", Sentence("An outcome is wrong, or neither, and written once.")
        )
    if not call.outcomes.keys() - set(unlike):
        raise contradiction(
            "071", "proves", Sentence("No outcome is left in which the second fact fits.")
        )
    texts = [call.url, *call.headers.values(), *(call.form or {}).values(), *_texts(call.json_)]
    asked = {name for text in texts for name in Template.parse(text).names}
    if proves.of not in asked:
        sentence = Sentence(
            "The call does not ask with '%(of)s'.%(proposal)s",
            of=proves.of,
            proposal=did_you_mean(proves.of, asked),
        )
        raise contradiction("071", "proves", sentence)


def _gives(call: CallShape, outcome: OutcomeShape) -> bool:
    if outcome.gives is not None:
        return bool(outcome.gives)
    good = all(status.startswith("2") for status in outcome.status)
    return good and bool(call.values or call.lists)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def _check_body(part: Any) -> None:
    if isinstance(part, str):
        _is_template(part)
    else:
        for each in part.values() if isinstance(part, dict) else part:
            _check_body(each)
