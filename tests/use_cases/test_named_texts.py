"""Each SMS of the menu carries the name of the text that it is, and none the words of a citizen."""

from __future__ import annotations

from sqlalchemy import select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import outbound_sms
from tests.use_cases.rig import Rig


def names(rig: Rig) -> list[tuple[str, str]]:
    wanted = select(outbound_sms.c.template_id, outbound_sms.c.service).order_by(outbound_sms.c.id)
    with statements(rig.gateway.engine) as connection:
        return [(row.template_id, row.service) for row in connection.execute(wanted)]


def test_replies_are_named_by_the_sentence_or_the_screen_that_they_are(rig: Rig) -> None:
    for text in ("HELP", "STOP", "HABARI", "a word of mine 0700 123"):
        rig.receives(text)
        rig.route_pending()
        rig.clock.advance(60)

    assert ["help", "stopped"] == [name for name, _ in names(rig)][:2]
    assert all(name for name, _ in names(rig))
    assert [] == [name for name, _ in names(rig) if "mine" in name or "0700" in name]


def test_a_screen_that_answers_a_keyword_is_named(rig: Rig) -> None:
    rig.receives("RESULT")
    rig.route_pending()

    [(name, service)] = names(rig)
    assert name.partition(".")[0] == service
    assert service
