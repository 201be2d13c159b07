"""Why an MT was not sent, or nobody knows it, in words: what its row has is a code."""

from __future__ import annotations

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.delivery import NO_REPORT

_NOT_REACHED = frozenset(
    {
        "number_invalid", "number_unreachable", "number_unreachable_now", "number_unsupported",
        "no_number", "no_route", "recipient_missing",
    }
)  # fmt: skip
_NO_ANSWER = frozenset(
    {
        "connection_lost", "connection_refused", "connect_timeout", "answer_timeout", "tls_failed",
        "name_not_resolved", "not_bound",
    }
)  # fmt: skip
_FAULTY = frozenset(
    {
        "provider_error", "answer_unclear", "answer_unreadable", "answer_too_large", "redirected",
        "taken_in_part",
    }
)  # fmt: skip
_TOO_FAST = frozenset({"throttled", "daily_limit", "queue_full", "window_full"})
_ACCOUNT = frozenset(
    {
        "account_suspended", "application_refused", "balance_exhausted", "bind_refused",
        "credentials_refused", "token_refused",
    }
)  # fmt: skip
_SENDER = frozenset({"sender_id_missing", "sender_id_refused", "address_not_registered"})
_STOPPED = frozenset({"opted_out", "do_not_disturb"})
_UNWANTED = frozenset(
    {
        "batch_refused", "held_for_review", "message_refused", "refused", "refused_by_policy",
        "request_refused",
    }
)  # fmt: skip


def why_in_words(error: str) -> Sentence | str:
    """Returns why something ended so, in words where there are any.

    `error` is what its row has: a code of ours, with the provider's own behind it in brackets. A
    provider's code is told, too: it is what its support asks for.
    """
    match error:
        case "queued_too_long":
            return Sentence("it waited until it was no longer wanted")
        case "no_longer_valid":
            return Sentence("what it says held no longer")
        case "first_has_come":
            return Sentence("the SMS that it is a copy of has come")
        case "no_outcome_stored":
            return Sentence("the worker that was sending it is gone")
        case "opted_out":
            return Sentence("its subscriber has said STOP")
        case _ if error == NO_REPORT:
            return Sentence("no report came in its time")
        case _:
            return _of_provider(error)


def _of_provider(error: str) -> Sentence | str:
    code = error.partition(" ")[0]
    if code in _NOT_REACHED:
        return Sentence("the number is not reached: %(code)s", code=error)
    if code in _NO_ANSWER:
        return Sentence("the provider gave no answer: %(code)s", code=error)
    if code in _FAULTY:
        return Sentence("the provider answered with a fault: %(code)s", code=error)
    if code in _TOO_FAST:
        return Sentence("the provider takes no more at the moment: %(code)s", code=error)
    if code in _ACCOUNT:
        return Sentence("the provider refuses our account: %(code)s", code=error)
    if code in _SENDER:
        return Sentence("the provider refuses our sender: %(code)s", code=error)
    if code in _STOPPED:
        return Sentence("the network has it that this subscriber said STOP: %(code)s", code=error)
    if code in _UNWANTED:
        return Sentence("the provider refuses this SMS: %(code)s", code=error)
    return error
