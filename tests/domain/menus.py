"""A small release for tests: every kind of screen, two languages, long lists, and a way in a ring.

`SAMPLE` is what the menu files of `docs/menus.md` would compile to. English fits 160 septets to a
page; Amharic has 70 units, so its pages are cut more often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.release import HOME, Release, ReservedWords, Service
from gateway.domain.menu.screens import (
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    Option,
    Screen,
    ServiceScreen,
)
from gateway.domain.reading.folding import fold
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.domain.text.phrases import PHRASES

LANGUAGES = {"en": "English", "am": "አማርኛ"}


def text(english: str, amharic: str = "") -> LocalisedText:
    """Returns a text in both languages; the same in both when one is given."""
    by_language = {"en": english, "am": amharic or english}
    return LocalisedText({code: Template.parse(said) for code, said in by_language.items()})


def option(
    key: str, label: LocalisedText, goto: str, value: str = "", language: str = ""
) -> Option:
    """Returns one line of a choice, worth its key when no value is given."""
    return Option(key=key, label=label, value=value or key, goto=goto, language=language)


def choice(screen_id: str, asks: LocalisedText, *options: Option) -> ChoiceScreen:
    """Returns a choice of written options."""
    return ChoiceScreen(id=screen_id, text=asks, options={each.key: each for each in options})


def listing(screen_id: str, asks: LocalisedText, rows: str, goto: str) -> ChoiceScreen:
    """Returns a choice from a list a handler gave; its rows have `id` and `name`."""
    shown = Listing(rows=rows, label=text("{name}"), value="id", goto=goto)
    return ChoiceScreen(id=screen_id, text=asks, listing=shown)


def release_of(
    screens: Sequence[Screen],
    services: Sequence[Service],
    reserved: ReservedWords | None = None,
    release_id: str = "r1",
) -> Release:
    """Returns a release of these screens; shortcuts and keywords are those of the services."""
    return Release(
        id=release_id,
        languages=LANGUAGES,
        services={service.id: service for service in services},
        screens={screen.id: screen for screen in screens},
        phrases=phrases(),
        shortcuts={service.shortcut: service.id for service in services if service.shortcut},
        keywords={
            fold(word): (service.id, language)
            for service in services
            for language, words in service.keywords.items()
            for word in words
        },
        reserved=reserved or ReservedWords(),
    )


def phrases() -> Mapping[str, LocalisedText]:
    """Returns each sentence of the gateway as its name and its placeholders."""
    said = {
        name: " ".join([name.replace("_", " "), *(f"{{{placeholder}}}" for placeholder in holds)])
        for name, holds in PHRASES.items()
    }
    said["back_home"] = "{back} Back {home} Home"
    said["more"] = "{more} More"
    return {name: text(sentence, f"አ {sentence}"[:70]) for name, sentence in said.items()}


#: Longer than a page in either language; a phone shows it in several.
LONG_WORDS = " ".join(f"word{number}" for number in range(1, 61))

_SCREENS: tuple[Screen, ...] = (
    choice(
        HOME,
        text("Services", "አገልግሎት"),
        option("1", text("Report a problem", "ችግር ማሳወቅ"), "report.category"),
        option("2", text("Exam results", "የፈተና ውጤት"), "result.candidate"),
        option("3", text("Help desk", "እርዳታ"), "desk.go"),
        option("8", text("Language", "ቋንቋ"), "language.choose"),
    ),
    choice(
        "language.choose",
        text("Language", "ቋንቋ"),
        option("1", text("English"), HOME, language="en"),
        option("2", text("አማርኛ"), HOME, language="am"),
    ),
    choice(
        "report.category",
        text("What is it about?", "ችግሩ ምንድን ነው?"),
        option("1", text("Water", "ውሃ"), "report.list_regions", "water"),
        option("2", text("Water point", "የውሃ ቦታ"), "report.list_regions", "water_point"),
        option("3", text("Road", "መንገድ"), "report.list_regions", "road"),
    ),
    ServiceScreen(
        id="report.list_regions",
        handler="list_regions",
        outcomes={"found": "report.region", "none": "report.nothing"},
    ),
    listing("report.region", text("Which region?", "የትኛው ክልል?"), "places", "report.list_districts"),
    ServiceScreen(
        id="report.list_districts",
        handler="list_districts",
        outcomes={"found": "report.district", "none": "report.nothing"},
    ),
    listing("report.district", text("Which district of {region}?"), "places", "report.description"),
    InputScreen(
        id="report.description",
        text=text("What is wrong?", "ምን ሆነ?"),
        accepts=Accepts(kind="text", minimum=10, maximum=160),
        goto="report.name",
    ),
    InputScreen(
        id="report.name",
        text=text("Your name?", "ስምዎ?"),
        accepts=Accepts(kind="name", minimum=2, maximum=40),
        goto="report.open_case",
        complaint=text("A name, please.", "ስም ይጻፉ።"),
    ),
    ServiceScreen(
        id="report.open_case",
        handler="open_case",
        outcomes={"opened": "report.opened"},
        arguments={"about": "category"},
    ),
    EndScreen(id="report.opened", text=text("Case {number} is open.", "ጉዳይ {number}"), sms=True),
    EndScreen(id="report.nothing", text=text("There is no list.", "ዝርዝር የለም።")),
    InputScreen(
        id="result.candidate",
        text=text("Candidate number?", "የተፈታኝ ቁጥር?"),
        accepts=Accepts(kind="digits", minimum=8, maximum=8),
        goto="result.year",
    ),
    choice(
        "result.year",
        text("Year?", "ዓመት?"),
        option("1", text("2024"), "result.birth_date", "2024"),
        option("2", text("2025"), "result.birth_date", "2025"),
    ),
    InputScreen(
        id="result.birth_date",
        text=text("Date of birth?", "የትውልድ ቀን?"),
        accepts=Accepts(kind="date"),
        goto="result.fetch",
        secret=True,
    ),
    ServiceScreen(
        id="result.fetch",
        handler="exam_results",
        outcomes={"found": "result.found", "unknown": "result.unknown"},
    ),
    EndScreen(id="result.found", text=text(f"{{candidate}} {{grade}} {LONG_WORDS}"), sms=True),
    choice(
        "result.unknown",
        text("Nothing for {candidate} in {year}.", "{candidate} የለም።"),
        option("1", text("Try again", "እንደገና"), "result.candidate"),
        option("2", text("Tell us", "ይንገሩን"), "report.category"),
    ),
    OpenScreen(id="desk.go", goto="report.category"),
)

_SERVICES = (
    Service(id="home", start=HOME, title=text("Services")),
    Service(id="language", start="language.choose", title=text("Language", "ቋንቋ")),
    Service(
        id="report",
        start="report.category",
        district_from="report.district",
        title=text("Report a problem", "ችግር ማሳወቅ"),
        institution="works",
        shortcut="41",
        keywords={"en": ("REPORT",), "am": ("ችግር",)},
    ),
    Service(
        id="result",
        start="result.candidate",
        title=text("Exam results", "የፈተና ውጤት"),
        shortcut="31",
        keywords={"en": ("RESULT", "RESULTS"), "am": ("ውጤት",)},
    ),
    Service(id="desk", start="desk.go", title=text("Help desk", "እርዳታ"), shortcut="51"),
)

RESERVED = ReservedWords(
    stop=frozenset({fold("STOP"), fold("አቁም")}),
    start=frozenset({fold("START"), fold("YES")}),
    help=frozenset({fold("HELP")}),
    menu=frozenset({fold("MENU")}),
    courtesy=frozenset({"please", "thank", "you", "now"}),
    leave=frozenset({"remove", "dont"}),
    our_sms=frozenset({"me", "sms", "messages", "sending"}),
    beside=frozenset({"it", "at", "last", "your", "the"}),
)

SAMPLE = release_of(_SCREENS, _SERVICES, RESERVED)
