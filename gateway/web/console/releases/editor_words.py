"""What the editor calls the keys of a menu file, and the kinds of its screens."""

from __future__ import annotations

from typing import Any

from gateway.web.console.pages import N_
from gateway.web.console.words import said

#: Keys, as people who write no YAML call them; others stand as they are.
FIELDS = {
    "text": N_("Text"),
    "label": N_("Line"),
    "end": N_("Last text"),
    "sms": N_("Sent as SMS, too"),
    "complaint": N_("Said of a wrong answer"),
    "example": N_("Example"),
    "title": N_("Title"),
    "closed": N_("Said while it is closed"),
    "cost": N_("What it costs"),
    "keywords": N_("Keywords of an SMS"),
    "also": N_("Other words for it"),
    "next": N_("Leads to"),
    "open": N_("Opens"),
    "start": N_("First screen"),
    "value": N_("Value"),
    "when": N_("Only when"),
    "choice": N_("Lines"),
    "options": N_("Lines"),
    "several": N_("Lines"),
    "outcomes": N_("What follows"),
    "institution": N_("Institution"),
    "institutions": N_("Institutions"),
    "topics": N_("Topics of SMS"),
    "messages": N_("Messages"),
    "shortcut": N_("Shortcut"),
    "input": N_("What is typed"),
    "lookup": N_("Data set"),
    "store": N_("Form that keeps it"),
    "where": N_("Where"),
    "gives": N_("What it gives"),
    "hours": N_("Hours"),
    "languages": N_("Languages"),
    "holidays": N_("Holidays"),
    "home": N_("First screen of all"),
    "main": N_("Languages and settings"),
}
KINDS = {
    "choice": N_("choice"),
    "input": N_("question"),
    "handler": N_("call of a service"),
    "call": N_("call of another system"),
    "lookup": N_("look-up of data"),
    "store": N_("stored form"),
    "end": N_("last page"),
    "open": N_("way to another service"),
}


def spoken(schema: Any) -> Any:
    """Returns the schema of a file with what it says of its keys in the language of the reader."""
    match schema:
        case dict():
            told = {name: spoken(each) for name, each in schema.items()}
            about = schema.get("description")
            return {**told, "description": said(about)} if isinstance(about, str) else told
        case list():
            return [spoken(each) for each in schema]
        case _:
            return schema
