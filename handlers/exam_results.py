"""Telling a candidate the result of an exam, to whoever knows number, year and date of birth."""

from gateway.handler_api import Desk, Handler, HandlerContract, Outcome, Rung, ServiceCall

from .datasets import EXAM_RESULTS as DATASET
from .datasets import text_field
from .second_facts import REFUSALS, TOLD, proven

_ASKED = ("candidate", "year", "birth_date")
_SHOWN = ("name", "grade", "subjects")


def exam_results(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns the result when all three facts fit.

    One look-up decides: which of the facts was wrong is not known here, so it cannot be told to
    someone who tries out dates of birth.
    """
    row = desk.data.one(DATASET.name, **{fact: call.answers[fact] for fact in _ASKED})
    result = proven(call, desk, DATASET.name, of=call.answers["candidate"], row=row)
    if isinstance(result, Outcome):
        return result
    return Outcome("found", {column: result[column] for column in _SHOWN})


EXAM_RESULTS = Handler(
    exam_results,
    HandlerContract(
        needs=_ASKED,
        outcomes={
            "found": {column: text_field(DATASET, column) for column in _SHOWN},
            **REFUSALS,
        },
        messages=(TOLD,),
        personal=True,
        proves={"found": Rung.FACT},
    ),
)
