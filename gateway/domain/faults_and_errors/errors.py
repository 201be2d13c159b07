"""Every error the gateway raises on purpose.

    GatewayError
    ├── InvalidAddress            a number, short code or sender ID that cannot be one
    ├── FilesInvalid              faults in a menu, configuration or data file, all of them at once
    │   ├── MenuInvalid
    │   ├── SettingsInvalid
    │   └── DataInvalid
    ├── WebhookRejected           a request of a provider that we do not take
    │   ├── Malformed             400
    │   ├── OriginUnproven        403
    │   ├── UnknownRoute          404
    │   ├── WrongMethod           405
    │   ├── TooSlow               408
    │   ├── TooLarge              413
    │   ├── WrongEncoding         415
    │   └── TooMany               429
    ├── ServiceFailed             a government service gave no answer
    │   ├── DeadlineExceeded
    │   │   └── NoRoom            no thread was free to run it
    │   ├── HandlerFailed
    │   │   └── Misunderstood     it answered, and not in a way that was declared
    │   ├── BreakerOpen           it failed too often of late and is left alone
    │   └── AnswerFollows         it will come by SMS
    ├── SendFailed                one attempt at one MT did not succeed
    │   ├── ProviderUnavailable   not handed over; try again
    │   ├── Throttled             refused as too fast; try again
    │   ├── OutcomeUnknown        perhaps handed over; never blindly again
    │   ├── SendRejected          this message or number, never
    │   ├── SubscriberOptedOut    the network knows of an opt-out that we do not
    │   └── ChannelMisconfigured  nothing on this channel will work; wake someone
    ├── StoreUnavailable          Redis or the database does not answer
    ├── Busy                      too many want what is dear, all at once; again in a minute
    └── Refused                   the state of things forbids it (port taken, second instance)
        ├── NotAllowed            who acts has no role for it, or is not known
        ├── NotProven             who asks has not shown who they are
        └── NotThere              there is nothing called so, or nothing that who asks may see

`code` is for machines and stays stable. Messages name what is wrong, where, and what to do, and
carry no number, text or answer of a citizen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence, under_each_other


class GatewayError(Exception):
    """The root of the tree above."""

    code: str = "gateway_error"

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets an error pass from process to process, whatever it makes its words of."""
        return _passed_on, (type(self), self.args), self.__dict__


def _passed_on(kind: type[GatewayError], args: tuple[Any, ...]) -> GatewayError:
    return kind.__new__(kind, *args)


class InvalidAddress(GatewayError):
    """Not a number, short code or sender ID; `code` says in which way."""

    def __init__(self, code: str, message: Sentence) -> None:
        super().__init__(message)
        self.code = code


class FilesInvalid(GatewayError):
    """Faults in files that an operator edits, sorted by place."""

    code = "files_invalid"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        said = [fault.whole for fault in self.faults]
        super().__init__(under_each_other(said) if said else "")


class MenuInvalid(FilesInvalid):
    """The menu has faults and cannot be served."""

    code = "menu_invalid"


class SettingsInvalid(FilesInvalid):
    """The configuration has faults; nothing starts."""

    code = "settings_invalid"


class DataInvalid(FilesInvalid):
    """A data file has faults; nothing of it was loaded."""

    code = "data_invalid"


class AlertInvalid(FilesInvalid):
    """An alert cannot be read, or says what none may say; nothing of it was taken."""

    code = "alert_invalid"


class WebhookRejected(GatewayError):
    """A webhook request that is not taken; `status` is the HTTP status of the answer.

    `headers` say in the answer what would be taken.
    """

    status: ClassVar[int] = 400
    headers: Mapping[str, str] = MappingProxyType({})


class Malformed(WebhookRejected):
    """A field is missing, of the wrong type, or not readable."""

    code = "malformed"


class Unanswerable(WebhookRejected):
    """Its sender is a short code or a name: nobody who could be answered.

    An SMS from one is acknowledged, so that it does not come again, and counted.
    """

    code = "unanswerable"


class OriginUnproven(WebhookRejected):
    """Nothing shows that the request comes from the provider."""

    code = "origin_unproven"
    status = 403


class UnknownRoute(WebhookRejected):
    """No such channel, or its provider has no such webhook."""

    code = "unknown_route"
    status = 404


class WrongMethod(WebhookRejected):
    """The webhook takes other HTTP methods (RFC 9110, 15.5.6)."""

    code = "wrong_method"
    status = 405

    def __init__(self, message: str, methods: Sequence[str]) -> None:
        super().__init__(message)
        self.headers = {"Allow": ", ".join(methods)}


class TooSlow(WebhookRejected):
    """The body did not come in time (RFC 9110, 15.5.9)."""

    code = "too_slow"
    status = 408


class TooLarge(WebhookRejected):
    """The body is over 64 KiB."""

    code = "too_large"
    status = 413


class WrongEncoding(WebhookRejected):
    """The body is compressed (RFC 9110, 15.5.16)."""

    code = "wrong_encoding"
    status = 415
    headers: Mapping[str, str] = MappingProxyType({"Accept-Encoding": "identity"})


class TooMany(WebhookRejected):
    """More than the channel may take within a minute; the provider may try again."""

    code = "too_many"
    status = 429


class ServiceFailed(GatewayError):
    """A service gave no answer; `reference` ties the citizen's screen to the error report."""

    code = "service_failed"

    def __init__(self, message: str, reference: str = "") -> None:
        super().__init__(message)
        self.reference = reference


class DeadlineExceeded(ServiceFailed):
    """The handler did not answer within what was left of the turn."""

    code = "deadline_exceeded"


class NoRoom(DeadlineExceeded):
    """No thread was free to run the handler: others hang, and this one is not to blame."""

    code = "no_room"


class HandlerFailed(ServiceFailed):
    """The handler raised, or answered what it did not declare."""

    code = "handler_failed"


class FaultyAnswer(HandlerFailed):
    """The back end answered, and what it said is not what was declared: nothing of it is shown."""

    code = "faulty_answer"


class OwnStoreAway(HandlerFailed):
    """A handler could not work, since a store of the gateway's own does not answer.

    It says nothing of the back end behind the handler.
    """


class TooOften(HandlerFailed):
    """One subscriber writes more in a time than a person does; nothing was written.

    It says nothing of the back end behind the handler.
    """

    code = "too_often"


class NoWayBySms(HandlerFailed):
    """What was asked for comes by SMS, and none can reach this subscriber; nothing was written.

    It says nothing of the back end behind the handler.
    """

    code = "no_sms"


class Misunderstood(HandlerFailed):
    """The back end is there and refuses this one request, in a way that was not declared."""

    code = "misunderstood"


class BreakerOpen(ServiceFailed):
    """The back end failed too often of late; it is not asked until it has had a rest."""

    code = "breaker_open"


class AnswerFollows(ServiceFailed):
    """The turn's time is up; the answer is worked out elsewhere and sent by SMS."""

    code = "answer_follows"


class SendFailed(GatewayError):
    """One attempt at one MT failed. It answers three questions, and `send_sms` asks nothing else.

    `retryable`: may the same message be tried again? `alert`: must a person look at the channel?
    `code`: what to record, in our words; `detail` is the provider's own code, for the record.
    """

    code = "send_failed"
    retryable: ClassVar[bool] = False
    alert: ClassVar[bool] = False

    def __init__(self, code: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{code} ({detail})" if detail else code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class ProviderUnavailable(SendFailed):
    """The provider surely did not take the message; a later attempt may succeed."""

    retryable = True


class Throttled(SendFailed):
    """The provider said "too fast" and took nothing."""

    retryable = True


class OutcomeUnknown(SendFailed):
    """The connection broke after the request was written: the message may be on its way."""


class SendRejected(SendFailed):
    """This message to this number will never be taken."""


class SubscriberOptedOut(SendFailed):
    """The network or provider holds an opt-out of this subscriber."""


class ChannelMisconfigured(SendFailed):
    """Credentials, balance or sender ID: every message of the channel would fail."""

    retryable = True
    alert = True


class StoreUnavailable(GatewayError):
    """Redis or the database does not answer."""

    code = "store_unavailable"


class Busy(GatewayError):
    """Too many want something at once that is dear, such as a password looked at; again later."""

    code = "busy"


class Refused(GatewayError):
    """The state of things forbids it; the message says what to do."""

    code = "refused"


class NotAllowed(Refused):
    """Who acts is not known, or has no role for it; the message says which role it takes."""

    code = "not_allowed"


class NotThere(Refused):
    """There is nothing called so; what belongs to others is told of as if it were not there."""

    code = "not_there"


class NotProven(Refused):
    """Who asks has not shown who they are: by name, password and code, or by a link that is good.

    The message never says which of them was wrong.
    """

    code = "not_proven"
