"""Runs the cases of a preset: what the provider sends, how pages are written, how SMS leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.adapters.providers.http.cases.case_file import CaseFile, read_cases
from gateway.adapters.providers.http.cases.case_requests import CHANNEL, KEY, request_of
from gateway.adapters.providers.http.cases.differences import (
    differences,
    document_of,
    otherwise,
    plain,
    refusal,
    wanted_of,
)
from gateway.adapters.providers.http.cases.handing_over import CameTo, HandingOver
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.adapters.providers.shared.kind import RanCase
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.faults_and_errors.errors import GatewayError, Refused, WebhookRejected
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest


def run_cases(home: Path | None, preset: str, file: Path | None) -> Sequence[RanCase]:
    """Returns what came of the cases of a preset: those of its own file, or of another one.

    Raises FilesInvalid with every fault of the preset or the file, and Refused.
    """
    found = load.load(preset, home)
    if found is None:
        raise Refused(f"There is no preset '{preset}'. See: gateway channels presets")
    path = file or found.cases
    if not path.is_file():
        raise Refused(f"The preset '{preset}' has no cases: write {shown_name(path)}.")
    return list(CaseRun(preset, home, read_cases(path))())


class CaseRun:
    """The cases of one preset, with the channel that its case file describes."""

    def __init__(self, preset: str, home: Path | None, file: CaseFile) -> None:
        """Raises FilesInvalid where the channel of the file does not fit the preset."""
        self._file, self._preset = file, preset
        written = {
            "preset": preset,
            "secrets": file.table.get("secrets") or {},
            **(file.table.get("channel") or {}),
        }
        try:
            self._settings = Settings.model_validate(written, context={"home": home})
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            key = "secrets" if "secrets" in (*said["loc"], *said.get("ctx", {}).values()) else ""
            at = key or "channel"
            sentence = f"{'.'.join(map(str, said['loc']))} {said['msg']}".strip()
            fault = Fault(file.file, file.line(at), 1, "S033", sentence)
            raise Refused(str(fault)) from None
        self._provider = HttpProvider(CHANNEL, self._settings, [KEY])

    def __call__(self) -> Iterator[RanCase]:
        """Yields what came of each case, in the order of the file."""
        for part, run in (("cases", self._case), ("pages", self._page)):
            for place, each in enumerate(self._file.each(part)):
                yield run(each, self._file.line(part, place))
        request, line = self._file.table.get("request"), self._file.line
        if said := self._file.table.get("acknowledged"):
            made = self._provider.acknowledge("sms").body
            wrong = [] if said == made else [otherwise(said, made)]
            label = "an SMS is acknowledged"
            yield self._ran(label=label, line=line("acknowledged"), read=[made], wrong=wrong)
        over = HandingOver(self._settings)
        if request:
            asked = partial(over.asked_as, request)
            yield self._sms("an SMS is handed over", line("request"), asked)
        for place, answer in enumerate(self._file.each("answers")):
            yield self._sms(
                f"an answer {answer['status']}",
                line("answers", place),
                partial(over.means, answer, request or {}),
                refused="failed" in answer,
            )

    def _ran(
        self, *, label: str, line: int, read: Sequence[object], wrong: Sequence[str],
        refused: bool = False,
    ) -> RanCase:  # fmt: skip
        return RanCase(
            preset=self._preset, file=self._file.file, line=line, label=label, refused=refused,
            read=read, wrong=wrong,
        )  # fmt: skip

    # ------------------------------------------------------------ what the provider sends

    def _case(self, case: Mapping[str, Any], line: int) -> RanCase:
        try:
            read = self._told(str(case["route"]), request_of(self._settings, case))
        except WebhookRejected as error:
            wanted = case.get("rejected")
            wrong = [] if wanted == error.code else [otherwise(wanted_of(case), refusal(error))]
            return self._ran(
                label=case["label"], line=line, read=[refusal(error)], wrong=wrong, refused=True
            )
        return self._ran(
            label=case["label"],
            line=line,
            read=[plain(each) for each in read],
            wrong=list(differences(case, read)),
        )

    def _told(self, route: str, request: WebhookRequest) -> Sequence[Any]:
        provider = self._provider
        provider.prove_head(request)
        provider.prove_body(request)
        if route == "ussd":
            turn = provider.parse_ussd(request)
            return [turn._replace(echo=None) if isinstance(turn, UssdTurn) else turn]
        each = provider.parse_each_sms if route == "sms" else provider.parse_each_delivery
        return each(request)

    # ------------------------------------------------------------ how a page is written

    def _page(self, page: Mapping[str, Any], line: int) -> RanCase:
        ends = "ends" in page
        label = f"a page that {'ends' if ends else 'goes on'}"
        expected = page["ends" if ends else "goes_on"]
        try:
            turn = self._turn_of(page)
            reply = self._provider.render_ussd(turn, UssdReply(text=page["text"], ends=ends))
        except GatewayError as error:
            return self._ran(label=label, line=line, read=[str(error)], wrong=[f"refused: {error}"])
        written: object = reply.body
        if not isinstance(expected, str):
            written = document_of(reply.body)
        wrong = [] if expected == written else [otherwise(expected, written)]
        return self._ran(label=label, line=line, read=[written], wrong=wrong)

    def _turn_of(self, page: Mapping[str, Any]) -> UssdTurn:
        part = self._settings.speaks.shape.ussd
        if part is not None and page.get("asked"):
            asked = self._provider.parse_ussd(
                request_of(self._settings, {part.reads[0]: page["asked"]})
            )
            if isinstance(asked, UssdTurn):
                return asked
        return UssdTurn(
            session_id="s1",
            subscriber=Msisdn("+233200000000"),
            service_code=self._settings.service_code or "",
            text="1",
        )

    def _sms(
        self, label: str, line: int, come_to: Callable[[], CameTo], *, refused: bool = False
    ) -> RanCase:
        try:
            seen = come_to()
        except Refused as error:
            seen = CameTo([str(error)], [str(error)])
        return self._ran(label=label, line=line, read=seen.read, wrong=seen.wrong, refused=refused)
