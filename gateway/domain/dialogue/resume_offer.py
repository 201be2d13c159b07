"""How a dialogue that was cut short is offered again: what is shown, and what is typed."""

from __future__ import annotations

from gateway.domain.dialogue.screen_rendering import Shown, lettered, phrase, sentence
from gateway.domain.dialogue.session import Offer, Session
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.telecom.paging import excess
from gateway.domain.telecom.ussd import dialled_with

#: Longer than a shortcut (six digits at most) and an option's key: a code means nothing else.
CODE_DIGITS = 7

#: The two answers to an offer.
GO_ON = "1"
START_AGAIN = "2"


def is_resume_code(typed: str) -> bool:
    """Returns whether this can only be a code that goes on with a dialogue.

    >>> is_resume_code("4821934"), is_resume_code("31")
    (True, False)
    """
    return len(typed) == CODE_DIGITS and typed.isascii() and typed.isdigit()


def ask(
    release: Release,
    session: Session,
    offer: Offer,
    budget: PageBudget,
    complaint: Complaint | None = None,
) -> Shown:
    """Returns the page that asks what the offer still needs to know.

    A complaint takes the place of the line that explains the question, where there is no room for
    both, and is left out where there is none for the complaint either.
    """
    refusal = complaint and phrase(release, session.language, complaint.phrase, complaint.values)
    explained, *asked = _lines(release, session, offer)
    whole = [explained, *asked]
    attempts = [[refusal, *whole], [refusal, *asked], whole] if refusal else [whole]
    pages = [lettered(release, session.language, "\n".join(lines)) for lines in attempts]
    text = next((page for page in pages if not excess(page, budget)), pages[-1])
    return Shown(text, session._replace(ended=False), False)


def choices(release: Release, language: str) -> list[str]:
    """Returns the two lines of an offer."""
    go_on = phrase(release, language, "resume_go_on")
    return [f"{GO_ON}. {go_on}", f"{START_AGAIN}. {phrase(release, language, 'resume_again')}"]


def nudge_text(release: Release, language: str, title: str, service_code: str, code: str) -> str:
    """Returns the SMS after a drop; without a `code` it says how to go on from this phone only."""
    values = {"service": title, "dial": service_code, "dial_code": dialled_with(service_code, code)}
    return sentence(release, language, "nudge_code" if code else "nudge", values)


def _lines(release: Release, session: Session, offer: Offer) -> list[str]:
    language = session.language
    if offer.fact:
        asked = release.screens[offer.screen]
        text = asked.text[language].fill({}) if isinstance(asked, InputScreen) else ""
        return [phrase(release, language, "resume_fact"), text]
    if offer.neutral:
        question = phrase(release, language, "resume_offer_neutral")
    else:
        title = release.service_of(session.at).title[language].fill({})
        question = phrase(release, language, "resume_offer", {"service": title})
    return [question, *choices(release, language)]
