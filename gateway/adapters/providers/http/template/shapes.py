"""The shape of the file that says how a provider speaks: its keys, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gateway.adapters.yaml.shapes import Id, Shape
from gateway.domain.telecom.delivery import DeliveryStatus

Form = Literal["json", "form", "query", "xml"]


def _as_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _as_secret(written: object) -> object:
    return {"about": written} if isinstance(written, str) else written


#: One text, or a list of texts.
Texts = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
#: The paths under which a field may stand: the first that is there counts.
Names = Texts
#: What is written: a text with `{names}` in it, a map, a list, or a choice (`goes_on`, `ends`).
Tree = Any


class Match(Shape):
    """Whether a field is one of some words, in any capitals."""

    field: Names = Field(description="The field that is looked at.")
    is_: Texts = Field(alias="is", description="The words, in any capitals.")
    otherwise: str = Field(
        default="", description="What stands there when it is none of them, if known."
    )


class Incoming(Shape):
    """A request that the provider makes."""

    method: list[Literal["GET", "POST", "PUT"]] = Field(
        default=["POST"], min_length=1, description="How it comes."
    )
    reads: Annotated[list[Form], BeforeValidator(_as_list)] = Field(
        default=["form"],
        min_length=1,
        description="Where its fields stand; several are looked at in turn.",
    )
    when: Match | None = Field(
        default=None, description="What tells it from others that come to the same address."
    )
    each: str = Field(
        default="",
        description="The list of which each entry is one, if many come at once; `.` is all of it.",
    )
    numbers: Literal["international", "national"] = Field(
        default="international",
        description="What a number without a plus and without a zero before it is: one with the "
        "code of its country, or one of the channel's country.",
    )
    sample: Mapping[str, Tree] = Field(
        default={}, description="What else stands in such a request."
    )


class Reply(Shape):
    """What a request is answered with."""

    writes: Literal["plain", "json", "xml", "form"] = Field(
        default="plain", description="Its form, for which every value is escaped."
    )
    text: Tree = Field(default="", description="A plain or XML answer as a whole.")
    fields: Mapping[str, Tree] = Field(
        default={}, description="The fields of a JSON or form answer."
    )
    echo: bool = Field(
        default=False, description="Whether all fields of the request stand in it, too."
    )
    replace: Mapping[str, str] = Field(
        default={},
        description="Signs of a page that the provider does not take, and what stands for them.",
    )
    headers: Mapping[str, Tree] = Field(default={}, description="Its headers, beside the type.")
    status: int = Field(default=200, ge=200, le=299, description="The HTTP status.")
    content_type: str = Field(default="", description="The type, where it is not that of the form.")


class Ussd(Incoming):
    """A turn of USSD."""

    session: Names = Field(description="The id of the session.")
    number: Names = Field(description="The caller's number.")
    code: Names | None = Field(default=None, description="What was dialled, or the service code.")
    text: Names = Field(description="What was typed.")
    path: str = Field(
        default="",
        pattern=r"^(/(\{[a-z]+\}|[a-zA-Z0-9._-]+))*$",
        description="What the provider writes behind the URL, each value a name in braces: "
        "`/session/{session}/{step}`. The secret stands in the path then, before it.",
    )
    holds: Literal["newest", "all"] = Field(
        default="newest", description="Whether the text is the newest answer or all since dialling."
    )
    first: Literal["dialled", "empty"] = Field(
        default="dialled", description="What the text is when a session begins."
    )
    begins: Match | None = Field(
        default=None,
        description="What says that a session begins; unknown sessions do when left out.",
    )
    over: Match | None = Field(default=None, description="What says that a session is over.")
    turn: Names | None = Field(default=None, description="What names the turn within its session.")
    network_code: Names | None = Field(default=None, description="MCC and MNC of the network.")
    language: Names | None = Field(default=None, description="The caller's language.")
    reply: Reply = Field(description="The page.")
    ended: Reply = Field(default=Reply(), description="What a notice of the end is answered with.")


class SmsIn(Incoming):
    """An SMS of a citizen."""

    id: Names | None = Field(default=None, description="The provider's id of the SMS.")
    id_of: Names | None = Field(
        default=None, description="The fields that make an id where the provider gives none."
    )
    number: Names = Field(description="The sender's number.")
    to: Names | None = Field(
        default=None, description="The address that was texted; the channel's own."
    )
    text: Names = Field(description="What was written.")
    link_id: Names | None = Field(default=None, description="What ties an answer to the SMS.")
    reply: Reply = Field(default=Reply(), description="What says that it was taken.")


class Reports(Incoming):
    """A delivery report."""

    id: Names | None = Field(default=None, description="The provider's id of the SMS.")
    own_id: Names | None = Field(
        default=None, description="Our id of the SMS, where it comes back."
    )
    status: Names = Field(description="The word that says how far it came.")
    detail: Names | None = Field(
        default=None, description="The provider's reason, kept where it is short."
    )
    words: Mapping[Literal["sent", "delivered", "undelivered", "expired", "rejected"], Texts] = (
        Field(description="The provider's words for each of our states, in any capitals.")
    )
    opted_out: Match | None = Field(
        default=None, description="What says that the subscriber opted out."
    )
    reply: Reply = Field(default=Reply(), description="What says that it was taken.")

    def statuses(self) -> Mapping[str, DeliveryStatus]:
        """Returns our state by the provider's word, in lower case."""
        return {
            word.strip().lower(): DeliveryStatus(state)
            for state, words in self.words.items()
            for word in words
        }


Outcome = Literal[
    "taken", "later", "throttled", "balance", "credentials", "sender", "channel", "number",
    "no_route", "refused", "opted_out", "unknown",
]  # fmt: skip


class Answer(Shape):
    """What the provider says of an SMS that was handed over."""

    reads: Literal["json", "form", "plain", "xml"] = Field(default="json", description="Its form.")
    taken: Match | None = Field(
        default=None, description="What says that it was taken; any 2xx when left out."
    )
    id: Names | None = Field(default=None, description="The provider's id of the SMS.")
    id_pattern: str = Field(
        default="", description="A plain answer that says yes, with * where the id stands."
    )
    segments: Names | None = Field(
        default=None, description="How many segments it says there were."
    )
    cost: Names | None = Field(default=None, description="What it says the SMS cost.")
    code: Names | None = Field(
        default=None, description="The provider's code, or word, of what it came to."
    )
    codes: Mapping[Outcome, Texts] = Field(
        default={}, description="The provider's codes or words by what they mean to us."
    )
    statuses: Mapping[Outcome, Texts] = Field(
        default={}, description="HTTP statuses that mean something else than usual."
    )
    sample: Mapping[str, Tree] = Field(
        default={}, description="What else stands in an answer that says yes."
    )


class Token(Shape):
    """How a token for the calls is fetched."""

    path: str = Field(pattern="^/", description="Where, behind the base.")
    writes: Literal["json", "form"] = Field(
        default="form", description="In which form it is asked for."
    )
    fields: Mapping[str, Tree] = Field(default={}, description="What is said there.")
    basic: list[str] = Field(default=[], description="User and password, for HTTP basic.")
    token: Names = Field(default=["access_token"], description="The token in the answer.")
    seconds: Names = Field(default=["expires_in"], description="How long it holds, in the answer.")


#: The hashes of signatures. All are HMAC but `md5hash`: MD5 over what is signed and the key.
ALGORITHMS = ("sha1", "sha256", "sha512", "md5", "md5hash")


class Signed(Shape):
    """A signature: its key, and how it is written."""

    key: str = Field(min_length=1, description="The key, as `{name}` of a secret.")
    form: Literal["hex", "base64"] = Field(default="hex", description="How it is written.")
    before: str = Field(
        default="", description="What stands before it in the header, as `sha256=`."
    )


class Signature(Signed):
    """A signature over the body of what we send."""

    header: str = Field(min_length=1, description="The header it stands in.")
    algorithm: Literal["sha1", "sha256", "sha512"] = Field(
        default="sha256", description="The hash."
    )


class RequestSignature(Signed):
    """A signature over a request that the provider makes."""

    header: Names | None = Field(
        default=None, description="The header it stands in; several are looked at."
    )
    field: str = Field(default="", description="The field it stands in, where it is no header.")
    algorithm: str = Field(
        default="sha256",
        description="The hash: sha1, sha256, sha512 or md5 as HMAC, or `md5hash`, which is MD5 "
        "over what is signed with the key behind it; or `{name}` of an option with these.",
    )
    over: str = Field(
        default="{body}",
        description="What is signed: a text with `{body}`, `{fields}`, `{url}`, `{query}` and "
        "`{nonce}`.",
    )
    over_get: str = Field(
        default="", description="What is signed of a GET, where that is another text."
    )
    pair: str = Field(
        default="{name}{value}", description="How each of `{fields}` is written, sorted by name."
    )
    replace: Mapping[str, str] = Field(
        default={}, description="Signs of values that are signed as others, and as which."
    )
    nonce: str = Field(default="", description="The header whose value is `{nonce}`.")
    optional: bool = Field(
        default=False,
        description="Whether a request without it is taken, the URL's secret being right.",
    )


class Auth(Shape):
    """What says to the provider who we are, beside fields and headers."""

    basic: list[str] = Field(
        default=[], max_length=2, description="User and password, for HTTP basic."
    )
    bearer: str = Field(default="", description="The token, for `Authorization: Bearer`.")
    token: Token | None = Field(
        default=None, description="How a bearer token is fetched and renewed."
    )
    signature: Signature | None = Field(default=None, description="How the body is signed.")


class Many(Shape):
    """How one call hands an SMS to many numbers, each of which has its own answer.

    Where a list of one entry holds `{to}`, it has an entry for each number.
    """

    most: int = Field(ge=2, le=1000, description="How many numbers one call takes.")
    joined: str = Field(
        default="",
        description="What stands between the numbers, where one field holds all of them.",
    )
    each: str = Field(
        min_length=1,
        description="The list in the answer, an entry for each number; `.` is all of it.",
    )
    number: str = Field(min_length=1, description="The number in such an entry.")


class SmsOut(Shape):
    """How an SMS is handed over."""

    method: Literal["GET", "POST"] = Field(default="POST", description="How it is called.")
    path: str = Field(pattern="^/", description="Where, behind the base.")
    writes: Literal["json", "form", "query"] = Field(
        default="json", description="Where the fields stand."
    )
    fields: Mapping[str, Tree] = Field(description="The fields.")
    query: Mapping[str, Tree] = Field(default={}, description="What stands in the address, beside.")
    headers: Mapping[str, str] = Field(default={}, description="The headers.")
    auth: Auth = Field(default=Auth(), description="What says who we are.")
    numbers: Literal["plus", "digits", "national"] = Field(
        default="digits",
        description="How a number is written: +254…, 254…, or without its country.",
    )
    answer: Answer = Field(default=Answer(), description="What is answered.")
    many: Many | None = Field(
        default=None, description="How one call hands the same text to many numbers."
    )


class Proof(Shape):
    """What proves where a request comes from, beside the secret in the URL and the networks."""

    field: Names | None = Field(
        default=None, description="The field of each request with a secret."
    )
    header: str = Field(default="", description="The header of each request with a secret.")
    value: str = Field(default="", description="The secret in the field or header, as `{name}`.")
    basic: list[str] = Field(
        default=[],
        max_length=2,
        description="User and password, for HTTP basic; asked for where the channel gives both.",
    )
    basic_of: list[Literal["ussd", "sms_in", "reports"]] = Field(
        default=["ussd", "sms_in", "reports"],
        description="The parts whose requests bring user and password.",
    )
    signature: RequestSignature | None = Field(
        default=None, description="How each request is signed."
    )


class Secret(Shape):
    """A secret that a channel may do without."""

    about: str = Field(min_length=1, description="What it is, and what it is good for.")
    optional: bool = Field(default=False, description="Whether a channel may leave it out.")


class Option(Shape):
    """What a channel may choose."""

    about: str = Field(min_length=1, description="What it is, in a sentence.")
    default: str | None = Field(default=None, description="What holds when nothing is chosen.")
    one_of: list[str] = Field(
        default=[], description="What there is to choose from; anything if empty."
    )


class Page(Shape):
    """How much one page may hold."""

    septets: int = Field(default=160, ge=40, le=182, description="Of GSM-7 text, in septets.")
    ucs2: int = Field(default=70, ge=20, le=80, description="Of any other text, in UTF-16 units.")


class Template(Shape):
    """How a provider speaks."""

    name: str = Field(min_length=1, description="What the provider calls itself.")
    about: str = Field(min_length=1, description="What is spoken here, in a sentence.")
    countries: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = Field(
        default=[], description="The countries it serves (ISO 3166)."
    )
    confidence: Literal["high", "medium", "low"] = Field(
        description="How sure what stands here is: `high` is the provider's own words, or two "
        "sources that agree; `medium` one client that works; `low` fragments."
    )
    sources: list[str] = Field(min_length=1, description="Where it is from.")
    unsure: list[str] = Field(
        default=[], description="What nobody has confirmed, and how it is met."
    )
    begin: list[str] = Field(
        default=[], description="What to sign and to set up there, step by step."
    )
    secrets: Mapping[Id, Annotated[Secret, BeforeValidator(_as_secret)]] = Field(
        default={},
        description="What a channel is given under `secrets`: each a sentence, or `about` and "
        "`optional`.",
    )
    options: Mapping[Id, Option] = Field(default={}, description="What a channel may choose.")
    base: str = Field(
        default="", description="The address of the API; `{names}` of options may stand in it."
    )
    proof: Proof = Field(default=Proof(), description="What proves where requests come from.")
    page: Page | None = Field(
        default=None, description="How much a page may hold, where it is known."
    )
    ussd: Ussd | None = Field(default=None, description="Turns of USSD.")
    sms_in: SmsIn | None = Field(default=None, description="SMS of citizens.")
    sms_out: SmsOut | None = Field(default=None, description="SMS to citizens.")
    reports: Reports | None = Field(default=None, description="Delivery reports.")
