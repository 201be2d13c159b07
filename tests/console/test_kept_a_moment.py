"""Figures that many pages ask for are made once in some seconds, the slow ones more seldom."""

from __future__ import annotations

from gateway.web.console.analytics.kept_a_moment import KeptAMoment


class Slow:
    """Makes figures, which takes its time on a clock of its own."""

    def __init__(self, takes: float) -> None:
        self.now, self.takes, self.made = 0.0, takes, 0

    def __call__(self) -> int:
        """Returns how many were made."""
        self.now += self.takes
        self.made += 1
        return self.made


def asked_each_second(takes: float, seconds: int) -> int:
    """Returns how many figures were made for pages that ask each second."""
    slow = Slow(takes)
    kept = KeptAMoment[int](lambda: slow.now, 4)
    while slow.now < seconds:
        kept("a", slow)
        slow.now += 1
    return slow.made


def test_what_is_made_quickly_is_made_anew_after_its_seconds() -> None:
    assert 25 == asked_each_second(0.0, 100)


def test_what_takes_long_is_made_so_seldom_that_it_takes_a_twentieth_of_the_time() -> None:
    assert 5 == asked_each_second(1.0, 105)


def test_each_key_has_figures_of_its_own() -> None:
    kept = KeptAMoment[str](lambda: 0.0, 4)

    assert ("a", "b", "a") == (kept(1, lambda: "a"), kept(2, lambda: "b"), kept(1, lambda: "c"))


def test_what_is_kept_is_bounded() -> None:
    kept = KeptAMoment[int](lambda: 0.0, 4)
    for each in range(1000):
        kept(each, lambda: 0)

    assert 1 == kept(0, lambda: 1), "the first one was let go"
