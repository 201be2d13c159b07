"""What every service with a second fact does when it does not fit, or comes too often."""

from gateway.handler_api import Desk, Outcome, Row, ServiceCall, TextField

from .dates import MOMENT

#: What the phone is sent that proved it last, while strangers try.
TOLD = "second_fact_tried"
#: The outcomes of a second fact that opens nothing, for the contract.
REFUSALS: dict[str, dict[str, TextField]] = {"unknown": {}, "too_often": {"again": MOMENT}}


def proven(
    call: ServiceCall, desk: Desk, service: str, *, of: str, row: Row | None
) -> Row | Outcome:
    """Returns the row for whom has proven that it is theirs, else the outcome that tells nothing.

    `of` is what is asked for, such as a candidate's number; `row` is what all facts lead to. Which
    of them was wrong is not told, and in a wait not even whether one was.
    """
    refused = refusal(call, desk, service, of=of, fits=row is not None, message=TOLD)
    if refused is not None:
        return refused
    return Outcome("unknown") if row is None else row


def refusal(
    call: ServiceCall, desk: Desk, service: str, *, of: str, fits: bool, message: str = ""
) -> Outcome | None:
    """Returns the outcome of a second fact that opens nothing; None for one that proves it.

    `message` goes to the phone that proved it before, while strangers try with others.
    """
    proof = desk.proofs.check(call, service, of=of, fits=fits, message=message)
    if proof.again_at is not None:
        return Outcome("too_often", {"again": proof.again_at.strftime("%Y-%m-%dT%H:%M")})
    return None if proof.verdict == "proved" else Outcome("unknown")
