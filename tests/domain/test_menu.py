"""A release as the engine finds it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.domain.menus import SAMPLE


def test_the_first_language_is_the_default_one() -> None:
    assert "en" == SAMPLE.default_language


@pytest.mark.parametrize(
    ("screen", "service"),
    [("home.home", "home"), ("report.open_case", "report"), ("language.choose", "language")],
)
def test_a_screen_belongs_to_the_service_before_its_dot(screen: str, service: str) -> None:
    assert service == SAMPLE.service_of(screen).id


def test_a_screen_of_no_service_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        SAMPLE.service_of("gone.away")


def test_a_release_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SAMPLE.id = "other"  # type: ignore[misc]  # what the test is about
