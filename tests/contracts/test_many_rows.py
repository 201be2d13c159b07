"""What is asked of many rows at once comes to the same as if it were asked of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, bindparam, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.among import Among, AmongFound
from gateway.adapters.sql.many.each_row import EachRow
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from tests.clock import FixedClock
from tests.contracts.test_broadcasts import KEYRING
from tests.use_cases.rig import CALLER

_mt = outbound_sms.c
#: As providers name what they took, and as somebody might who tries what they can do.
REFS = ("ATXid_1", "it's", 'say "ref"', "back\\slash", "a,b", "{1,2}", "ማ 👍", " ", "%s")
_REFER = EachRow(
    update(outbound_sms)
    .where(_mt.id == bindparam("of_id"))
    .values(provider_ref=bindparam("ref"), error="", changed_at=bindparam("now")),
    own=("of_id", "ref"),
)


@pytest.fixture
def ids(database: Engine, clock: FixedClock) -> Sequence[int]:
    """The ids of as many MTs as there are references, each of which has one."""
    new = [
        NewSms(
            channel="ke", subscriber=CALLER, text="hello", lane=Lane.BULK,
            purpose=Purpose.NOTICE, key=f"many {number}",
        )
        for number in range(len(REFS))
    ]  # fmt: skip
    ids = SqlOutbox(database, KEYRING).add(new, clock.now())
    with transaction(database) as connection:
        later = clock.now() + timedelta(seconds=1)
        _REFER(connection, list(zip(ids, REFS, strict=True)), now=later)
        _REFER(connection, [], now=later)
    return ids


def test_each_row_gets_its_own_values_and_those_of_all(
    database: Engine, ids: Sequence[int], clock: FixedClock
) -> None:
    with statements(database) as connection:
        told = select(_mt.id, _mt.provider_ref, _mt.error, _mt.changed_at).order_by(_mt.id)
        found = connection.execute(told).all()
    later = clock.now() + timedelta(seconds=1)
    assert [(id_, ref, "", later) for id_, ref in zip(ids, REFS, strict=True)] == found


@pytest.mark.parametrize("places", [(), (0,), (0, 3, 3), tuple(range(len(REFS)))])
def test_a_column_is_among_values_whatever_they_are(
    database: Engine, ids: Sequence[int], places: tuple[int, ...]
) -> None:
    by_id = select(_mt.id).where(Among(_mt.id, "some")).order_by(_mt.id)
    by_ref = select(_mt.id).where(Among(_mt.provider_ref, "some")).order_by(_mt.id)
    expected = sorted({ids[place] for place in places})
    with statements(database) as connection:
        for query, values in (
            (by_id, [*(ids[place] for place in places), max(ids) + 1]),
            (by_ref, [*(REFS[place] for place in places), "nobody's"]),
        ):
            assert expected == list(connection.scalars(query, {"some": values}))
            assert [] == list(connection.scalars(query, {"some": []}))


def test_a_column_is_among_what_a_query_finds(database: Engine, ids: Sequence[int]) -> None:
    few = select(_mt.id).where(Among(_mt.provider_ref, "some")).order_by(_mt.id).cte("few")
    changed = (
        update(outbound_sms)
        .where(AmongFound(_mt.id, select(few.c.id)))
        .values(error="found")
        .returning(_mt.id)
    )
    with transaction(database) as connection:
        found = connection.scalars(changed, {"some": [REFS[1], REFS[4]]}).all()
        none = connection.scalars(changed, {"some": ["nobody's"]}).all()
    assert ({ids[1], ids[4]}, []) == (set(found), none)
