"""What an institution may spend, and how that is said where it may not."""

from __future__ import annotations

from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.spending import Spent, Standing, judge


def test_the_next_step_is_said_last() -> None:
    works = Institution(name="works", daily_limit=100)
    verdict = judge(works, Spent(today=90), 20)
    assert Standing.BRAKED is verdict.standing
    before, _, command = verdict.told.rpartition("gateway institutions limit ")
    assert command == "works --daily NUMBER"
    assert "90 are used. It takes 20 segments more. " in before
