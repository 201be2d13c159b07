"""A test that needs an event loop of its own gets one, whatever another has left running."""

from __future__ import annotations

import asyncio

import pytest

from tests.apart import apart


async def one() -> int:
    return 1


def test_a_loop_of_its_own_runs_beside_one_that_runs() -> None:
    async def outer() -> int:
        return apart(asyncio.run)(one())

    assert 1 == apart(asyncio.run)(outer())


def test_what_is_raised_there_is_raised_here() -> None:
    def fails() -> None:
        raise ValueError("Not so.")

    with pytest.raises(ValueError, match=r"Not so\."):
        apart(fails)()
