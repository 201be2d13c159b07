"""Finds the file that says how a provider speaks, reads it, and tells everything that is wrong.

The deployment's own stand in `config/providers/`, and go before those that come with the gateway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from gateway.adapters.providers.http.template.replies import ENDS, GOES_ON, ReplyMaker, reply_maker
from gateway.adapters.providers.http.template.sending import SmsMaker, sms_maker
from gateway.adapters.providers.http.template.shapes import Incoming, Template
from gateway.adapters.providers.http.template.signing import Proving, proving_of
from gateway.adapters.providers.http.template.values import Compiler, Text
from gateway.adapters.yaml.documents import read
from gateway.adapters.yaml.validate import validate
from gateway.domain.faults_and_errors.errors import FilesInvalid, SettingsInvalid
from gateway.domain.faults_and_errors.source_location import Path

SHIPPED = FilePath(__file__).parent.parent / "presets"
#: Where a deployment's own stand, from its folder.
OWN = FilePath("config/providers")

#: What has a meaning in the reply to a turn, beside the fields of the request.
_IN_REPLIES = ("text", "session", "number")


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider's file, compiled. `echoed` are the fields of a turn that its reply repeats."""

    id: str
    file: FilePath
    shape: Template
    page: ReplyMaker | None
    ended: ReplyMaker | None
    echoed: tuple[str, ...]
    sms_taken: ReplyMaker | None
    report_taken: ReplyMaker | None
    sms: SmsMaker | None
    base: Text
    proof: Text
    proof_basic: tuple[Text, ...]
    proving: Proving | None

    @property
    def cases(self) -> FilePath:
        """The file of its cases."""
        return self.file.parent / "cases" / self.file.name


def shipped() -> list[str]:
    """Returns the names of those that come with the gateway."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def own(home: FilePath) -> list[str]:
    """Returns the names of a deployment's own."""
    return sorted(path.stem for path in (home / OWN).glob("*.yaml"))


def load(name: str, home: FilePath | None = None) -> Preset | None:
    """Returns a preset, None where there is none of this name; raises FilesInvalid with all faults.

    One of the deployment's own is read each time; one that comes with the gateway once.
    """
    if home is not None:
        file = home / OWN / f"{name}.yaml"
        if file.is_file():
            return compiled(file)
    file = SHIPPED / f"{name}.yaml"
    return _shipped(file) if name and file.is_file() and file.parent == SHIPPED else None


@lru_cache(maxsize=64)
def _shipped(file: FilePath) -> Preset:
    return compiled(file)


def compiled(file: FilePath) -> Preset:
    """Returns the preset in a file; raises SettingsInvalid with every fault of it."""
    try:
        document = read(file, "S")
    except FilesInvalid as invalid:
        raise SettingsInvalid(invalid.faults) from invalid
    try:
        shape = validate(Template, document)
    except FilesInvalid as invalid:
        raise SettingsInvalid(sorted({*document.faults, *invalid.faults})) from invalid
    wrong: list[tuple[Path, str]] = list(_contradictions(shape))
    preset = _made(file, shape, wrong)
    faults = {
        *document.faults,
        *(document.at(at).offending.fault("S031", sentence) for at, sentence in wrong),
    }
    if faults:
        raise SettingsInvalid(sorted(faults))
    return preset


def _made(file: FilePath, shape: Template, wrong: list[tuple[Path, str]]) -> Preset:
    given = [*shape.secrets, *shape.options]
    page = ended = sms_taken = report_taken = None
    replies = Compiler(_IN_REPLIES, (GOES_ON, ENDS), echoes=True, wrong=wrong)
    if shape.ussd is not None:
        page = reply_maker(shape.ussd.reply, ("ussd", "reply"), replies)
        ended = reply_maker(shape.ussd.ended, ("ussd", "ended"), Compiler((), wrong=wrong))
    if shape.sms_in is not None:
        sms_taken = reply_maker(shape.sms_in.reply, ("sms_in", "reply"), Compiler((), wrong=wrong))
    if shape.reports is not None:
        at = ("reports", "reply")
        report_taken = reply_maker(shape.reports.reply, at, Compiler((), wrong=wrong))
    accounts = Compiler(given, wrong=wrong)
    return Preset(
        id=file.stem,
        file=file,
        shape=shape,
        page=page,
        ended=ended,
        echoed=tuple(dict.fromkeys(replies.echoed)),
        sms_taken=sms_taken,
        report_taken=report_taken,
        sms=None if shape.sms_out is None else sms_maker(shape.sms_out, given, wrong),
        base=Compiler(list(shape.options), wrong=wrong).text(shape.base, ("base",)),
        proof=accounts.text(shape.proof.value, ("proof", "value")),
        proof_basic=tuple(
            accounts.text(each, ("proof", "basic", str(i)))
            for i, each in enumerate(shape.proof.basic)
        ),
        proving=proving_of(shape.proof.signature, accounts, dict(shape.options), wrong),
    )


def _contradictions(shape: Template) -> Iterator[tuple[Path, str]]:
    """Yields what its parts say against each other."""
    parts = {"ussd": shape.ussd, "sms_in": shape.sms_in, "reports": shape.reports}
    if not any((*parts.values(), shape.sms_out)):
        yield (), "There is neither `ussd` nor `sms_in`, `sms_out` or `reports`: nothing is spoken."
    for name, part in parts.items():
        if part is not None:
            yield from _of_request(name, part)
    ussd = shape.ussd
    if (
        ussd is not None
        and ussd.reply.echo
        and (ussd.reply.writes, ussd.reads) != ("json", ["json"])
    ):
        yield ("ussd", "reply", "echo"), "Only a JSON request comes back whole, in JSON."
    if shape.ussd is not None and shape.ussd.holds == "all" and shape.ussd.begins is not None:
        said = "A turn that holds all begins where its text is empty: leave `begins` out."
        yield ("ussd", "begins"), said
    if shape.reports is not None and not (shape.reports.id or shape.reports.own_id):
        yield ("reports",), "A report names its SMS: write `id`, `own_id`, or both."
    if (
        shape.sms_out is not None
        and shape.sms_out.many is not None
        and shape.reports is not None
        and not shape.reports.id
    ):
        said = "Reports name SMS by our id alone, and a call for many has none: leave `many` out."
        yield ("sms_out", "many"), said
    if shape.sms_in is not None and shape.sms_in.id and shape.sms_in.id_of:
        yield ("sms_in", "id_of"), "There is an `id`: leave `id_of` out."
    proof = shape.proof
    if (proof.field or proof.header) and not proof.value:
        yield ("proof",), 'A field or header with a secret needs `value`, as "{name}" of a secret.'
    for at, basic in _basics(shape):
        if len(basic) == 1:
            yield at, "HTTP basic has a user and a password: two entries."
    for id, option in shape.options.items():
        if option.one_of and option.default not in (None, *option.one_of):
            yield ("options", id, "default"), "The default is none of `one_of`."


def _of_request(name: str, part: Incoming) -> Iterator[tuple[Path, str]]:
    if part.each and "json" not in part.reads:
        yield (name, "each"), "Only JSON brings many at once: `reads` says otherwise."
    if part.method == ["GET"] and part.reads in (["json"], ["form"], ["xml"]):
        yield (name, "reads"), "A GET has no body: its fields stand in the query."


def _basics(shape: Template) -> Iterator[tuple[Path, Sequence[str]]]:
    yield ("proof", "basic"), shape.proof.basic
    if shape.sms_out is not None:
        yield ("sms_out", "auth", "basic"), shape.sms_out.auth.basic
