"""The text of a warning fits, and is never cut within a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.alert import Certainty, Info, Severity, Urgency
from gateway.domain.alerts.wording import LongestText, worded
from gateway.domain.telecom.segments import segment


def _info(headline: str = "", description: str = "", instruction: str = "") -> Info:
    return Info(
        language="en",
        event="Flood",
        urgency=Urgency.IMMEDIATE,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        headline=headline,
        description=description,
        instruction=instruction,
    )


_LONG = "The river rises by two metres tonight, and floods " + "the low villages, " * 7 + "all."


@pytest.mark.parametrize(
    ("info", "text"),
    [
        (_info("Flood tonight", "It rains.", "Go up."), "Flood tonight. It rains. Go up."),
        (_info("Flood tonight!", "", "Go\n  up"), "Flood tonight! Go up."),
        (_info("", "It rains. It floods.", "Go up."), "It rains. It floods. Go up."),
        (_info("", "", ""), "Flood."),
        (_info("Flood", "", "None"), "Flood."),
        (_info("Flood", "Not Applicable.", "N/A"), "Flood."),
        (_info("Winds approx. 40 km/h at St. Mary"), "Winds approx. 40 km/h at St. Mary."),
        (_info("L’orage – ce soir"), "L'orage - ce soir."),
        (_info("ጎርፍ ይመጣል። ወደ ላይ ይሂዱ።"), "ጎርፍ ይመጣል። ወደ ላይ ይሂዱ።"),
        (_info("洪水警报。", "", "马上到高处！"), "洪水警报。 马上到高处！"),
        (_info('"It rains." Go (now.)'), '"It rains." Go (now.)'),
        (_info('He says: "Go up."', "", "Go (up!)"), 'He says: "Go up." Go (up!)'),
        (_info("Flood", _LONG, "Go up now."), "Flood. Go up now."),
        (_info("It rains", "It rains. It floods. It floods.", "Go"), "It rains. It floods. Go."),
        (_info("It rains", "IT RAINS! Go home.", "Go home."), "It rains. Go home."),
        (_info("It rains", "It rains there.", ""), "It rains. It rains there."),
    ],
)  # fmt: skip
def test_what_happens_stands_first_and_what_to_do_last(info: Info, text: str) -> None:
    assert worded(info, LongestText(1)) == (text, None)


@pytest.mark.parametrize(
    ("info", "doubt"),
    [
        (_info(_LONG), "its first sentence takes too many segments"),
        (_info("Flood", "", _LONG), "what to do does not fit"),
    ],
)
def test_what_does_not_fit_is_for_a_person_to_write(info: Info, doubt: str) -> None:
    assert doubt in str(worded(info, LongestText(1))[1])


_SENTENCE = st.text("abc ደèX", min_size=1, max_size=60).map(lambda text: f"Z{text.strip()}zzz.")


@given(*[st.lists(_SENTENCE, max_size=5)] * 3, st.integers(1, 4))
def test_only_whole_sentences_are_sent_and_they_fit(
    headline: list[str], description: list[str], instruction: list[str], most: int
) -> None:
    info = _info(" ".join(headline), " ".join(description), " ".join(instruction))
    text, _ = worded(info, LongestText(most))
    assert len(segment(text).parts) <= most
    wholes = {" ".join(each.split()) for each in (*headline, *description, *instruction, "Flood.")}
    for whole in sorted(wholes, key=len, reverse=True):
        text = text.replace(whole, "")
    assert not text.strip()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("<p>Rain &amp; wind</p><p>Rivers rise.</p>", "Rain & wind. Rivers rise."),
        ("Stay<br/>inside<BR>the house", "Stay. inside. the house."),
        ("<b>Stay</b> <a href='x'>inside</a>.", "Stay inside."),
        ("Winds < 40 km/h and > 20 km/h.", "Winds < 40 km/h and > 20 km/h."),
        ("Water &lt; 1 m.", "Water < 1 m."),
        ("Wait... and see. Rain of 1.5 m.", "Wait... and see. Rain of 1.5 m."),
        ("...STAY IN... * WHAT...Rain", "STAY IN. WHAT: Rain."),
        ("<" * 5000 + "p", ""),
    ],
    ids=["paragraphs", "breaks", "marked", "compared", "escaped", "plain", "set", "long"],
)
def test_a_page_is_read_as_text(written: str, told: str) -> None:
    text, doubt = worded(_info(written), LongestText())

    assert (told, bool(doubt)) == (text, not told)
