"""What a translation must keep: every value, shown as the same sort of thing."""

from __future__ import annotations

import pytest

from gateway.domain.text.localised_text import Template, is_blank
from gateway.domain.text.placeholders import lost


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("{name} of {place}", "{place} ya {name}"),
        ("Until {day|date:medium}", "Jusqu'au {day|date:short}"),
        ("{n|plural:one=# day,other=# days}", "siku {n}"),
        ("{n|plural:one=# day,other=# days}", "siku {n|number}"),
        ("{n} of them", "{n|plural:one=# kwake,other=# kwao}"),
        ("{n}", "{n} ({n|number})"),
        ("Hello", "Habari {name}"),
    ],
)
def test_what_shows_every_value_loses_nothing(source: str, translation: str) -> None:
    assert [] == list(lost(Template.parse(source), Template.parse(translation)))


@pytest.mark.parametrize(
    ("source", "translation", "said"),
    [
        ("{name} {phone}", "{name}", "lacks {phone}"),
        ("{day|date:short}", "{day}", "shows {day} where {day|date} belongs"),
        ("{day|date}", "{day|time}", "shows {day|time} where {day|date} belongs"),
        ("{n|number}", "{n}", "shows {n} where {n|number} belongs"),
        ("{day}", "{day|date}", "shows {day|date} where {day} belongs"),
        (
            "{sum|money:KES}",
            "{sum|money:UGX}",
            "shows {sum|money:UGX} where {sum|money:KES} belongs",
        ),
        ("{at|date} {at|time}", "{at|date}", "shows {at|date} where {at|time} belongs"),
    ],
)
def test_a_value_that_is_lost_or_shown_as_something_else_is_told(
    source: str, translation: str, said: str
) -> None:
    assert [said] == list(lost(Template.parse(source), Template.parse(translation)))


@pytest.mark.parametrize(("text", "blank"), [(" ", True), ("\u200b\n", True), (".", False)])
def test_a_text_of_spaces_and_invisible_signs_is_blank(text: str, blank: bool) -> None:
    assert blank is is_blank(text)
