"""The sentences the gateway says by itself, and what may fill them.

A deployment writes them in `menus/phrases.yaml` in each of its languages; the checker asks for
every one. The number beside a placeholder is the longest its value can be, in characters.
"""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, int]] = {
    # under a screen
    "back_home": {"back": 3, "home": 3},
    "more": {"more": 3},
    # above a screen, when an answer was refused
    "choice_wrong": {},
    "several_wrong": {"example": 5},
    "no_service": {"number": 6},
    "digits_wrong": {"length": 3},
    "digits_range_wrong": {"minimum": 3, "maximum": 3},
    "integer_wrong": {"minimum": 12, "maximum": 12},
    "decimal_wrong": {"minimum": 12, "maximum": 12, "example": 14},
    "money_wrong": {"minimum": 12, "maximum": 12, "example": 16},
    "text_wrong": {"minimum": 3, "maximum": 3},
    "name_wrong": {},
    "date_wrong": {"example": 8},
    "no_such_day": {"example": 8},
    "time_wrong": {"example": 15},
    "phone_wrong": {"example": 15},
    "national_id_wrong": {"example": 24},
    "pin_wrong": {"length": 5},
    "pin_weak": {},
    "pin_differs": {},
    "yes_no_wrong": {},
    "case_number_wrong": {"length": 3},
    # above a screen that shows an earlier answer, while the service itself is closed
    "last_known": {"time": 16},
    # below a question: how several lines are typed, and what is typed to answer nothing
    "several": {"example": 3},
    "skip": {"skip": 4},
    # screens that the gateway words by itself: a PIN once more, and the answers yes and no
    "pin_again": {},
    "yes": {},
    "no": {},
    # the end of a dialogue that could not go on
    "too_many_wrong": {"service_code": 20},
    "too_many_wrong_sms_only": {},
    "unavailable": {"reference": 8},
    "too_slow": {},
    "answer_by_sms": {},
    "answer_follows": {},
    "kept": {},
    "kept_without_sms": {},
    "no_sms": {},
    "closed": {"minutes": 2},
    # outside the hours of a service: at its entry, and behind the line that leads there
    "closed_until": {"opens": 16},
    "closed_now": {},
    "closed_mark": {},
    "try_again": {},
    # a look-up without an answer yet: offered to be told later, kept, and given up
    "tell_me": {},
    "tell_me_no_sms": {},
    "tell_me_kept": {"until": 10},
    "tell_me_full": {},
    "tell_me_over": {},
    "tell_me_gone": {},
    # before the first sentence of a public warning that its source has withdrawn
    "warning_over": {},
    # a dialogue that was cut short: offered, proven, and told of by SMS
    "resume_offer": {"service": 40},
    "resume_offer_neutral": {},
    "resume_go_on": {},
    "resume_again": {},
    "resume_fact": {},
    "resume_fact_wrong": {},
    "resume_lapsed": {},
    "resume_dial": {"dial_code": 28},
    # instead of a question for a secret that no SMS is to hold
    "secret_dial": {"dial_code": 28},
    "secret_at_office": {},
    "nudge": {"service": 40, "dial": 20},
    "nudge_code": {"service": 40, "dial": 20, "dial_code": 28},
    # printed on cards and posters
    "card_dial": {},
    "card_text": {"address": 20},
    "card_text_example": {"address": 20},
    "card_cost": {},
    # answers to reserved words and to texts that open nothing
    "stopped": {},
    "started": {},
    "stopped_topic": {"topic": 40},
    "started_topic": {"topic": 40},
    "still_get": {"topic": 40},
    "no_more_sms": {},
    "help": {"service_code": 20, "keywords": 60},
    "help_sms_only": {"keywords": 60},
    "not_understood": {"service_code": 20},
    "not_understood_sms_only": {},
    "did_you_mean": {"keyword": 20},
    "is_your_answer": {"service": 40},
    # where several values of a question are sent at once: more than it takes, one of which asks
    # something in return, and a question behind them that was not answered
    "many_over": {"count": 3, "most": 1},
    "many_alone": {"example": 40},
    "many_together": {},
    # before the reply that leaves a dialogue whose needed answers were not all given
    "not_sent": {"service": 40},
    "conversation_over": {},
    "passed_on": {},
    # below a refused answer of an SMS dialogue
    "example": {"example": 40},
    # the one answer to somebody who dials or texts without end
    "too_often": {},
    # told once to who texts more in a minute than is answered in one
    "answered_later": {},
    # the built-in choice of language
    "language_title": {},
    "language_text": {},
}

#: Sentences that say what to dial, and those that stand in where there is nothing to dial.
_SMS_ONLY: Mapping[str, str] = {
    name: f"{name}_sms_only" for name in PHRASES if f"{name}_sms_only" in PHRASES
}


def worded_for(service_code: str, name: str) -> str:
    """Returns the sentence of this name that fits a channel; an empty code cannot be dialled.

    >>> worded_for("*384*2026#", "help"), worded_for("", "help"), worded_for("", "stopped")
    ('help', 'help_sms_only', 'stopped')
    """
    return name if service_code else _SMS_ONLY.get(name, name)
