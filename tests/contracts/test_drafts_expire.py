"""Drafts that nobody goes on with end by themselves, and what came with them goes, too."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.domain.institutions.roles import Role
from gateway.domain.menu.draft import DraftState
from gateway.domain.retention.what_is_removed import DRAFT_KEPT
from gateway.use_cases.releases.drafts.expire_drafts import ExpireDrafts
from tests.clock import FixedClock
from tests.contracts.test_drafts import Desk


def test_a_draft_that_nobody_goes_on_with_is_discarded_with_what_came_with_it(
    database: Engine, clock: FixedClock
) -> None:
    desk, store, let_go = Desk(database, clock), SqlDrafts(database), list[str]()
    desk.add("asha", Role.EDITOR)
    old = desk.drafts.begin("Clinics", by="asha")
    clock.advance(60)
    new = desk.drafts.begin("Results", by="asha")
    expire = ExpireDrafts(drafts=store, let_go=lambda each: let_go.append(each.id), clock=clock)
    rows = SqlExpiredRows(database, {})
    (removal,) = (each for each in rows.removals if each.table == "drafts")

    clock.advance((DRAFT_KEPT - timedelta(seconds=61)).total_seconds())
    early = expire()
    clock.advance(1)
    before = rows.remove(removal, clock.now(), 100)
    done = [expire(), expire()]
    gone = rows.remove(removal, clock.now(), 100)

    assert (False, 0, [True, False], [old.id], 1) == (early, before, done, let_go, gone)
    assert store.find(old.id) is None
    kept = store.find(new.id)
    assert kept is not None
    assert kept.state is DraftState.OPEN
