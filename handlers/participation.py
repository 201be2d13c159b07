"""Hearing what citizens think: a consultation, and how a service was."""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
    WholeNumber,
    Writes,
)

from .tables import CONSULTATION_ANSWERS, RATINGS

#: The dataset of consultations, and the one that menus/consultation.yaml has the words of.
CONSULTATIONS, CONSULTATION = "consultations", "road_fund"
#: What menus/rate_service.yaml calls those who work on the cases of a service.
RATED_AS = {"report_problem": "works", "birth_or_death": "registry"}


def answer_consultation(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps one answer for each phone, the last one, and returns how many have answered."""
    answer = call.answers["answer"]
    consultation = desk.data.one(CONSULTATIONS, id=CONSULTATION)
    if consultation is None or consultation["closes"] < call.at.date().isoformat():
        return Outcome("closed")
    row = {"consultation": CONSULTATION, "answer": answer}
    desk.records.put(CONSULTATION_ANSWERS.name, call, row)
    answered = desk.records.count(CONSULTATION_ANSWERS.name, consultation=CONSULTATION)
    return Outcome("counted", {"answered": str(answered)})


def rate_service(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps the last rating of a service by this phone."""
    row = {"service": call.answers["service"], "score": call.answers["score"]}
    desk.records.put(RATINGS.name, call, row)
    return Outcome("noted")


def rate_case(call: ServiceCall, desk: Desk) -> Outcome:
    """Keeps the last rating by this phone of those who have worked on a case."""
    number, score = call.answers["case_number"], call.answers["score"]
    case = desk.cases.find(number)
    if case is None:
        return Outcome("unknown")
    service = RATED_AS.get(case.service, case.service)
    desk.records.put(RATINGS.name, call, {"service": service, "score": score})
    return Outcome("noted")


ANSWER_CONSULTATION = Handler(
    answer_consultation,
    HandlerContract(
        needs=("answer",),
        outcomes={"counted": {"answered": TextField(7, WholeNumber())}, "closed": {}},
        writes=Writes.PREFERENCE,
    ),
)
RATE_SERVICE = Handler(
    rate_service,
    HandlerContract(needs=("service", "score"), outcomes={"noted": {}}, writes=Writes.PREFERENCE),
)
RATE_CASE = Handler(
    rate_case,
    HandlerContract(
        needs=("case_number", "score"),
        outcomes={"noted": {}, "unknown": {}},
        writes=Writes.PREFERENCE,
    ),
)
