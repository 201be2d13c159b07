"""The examples in the docstrings of the domain are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import gateway.domain

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(gateway.domain.__path__, "gateway.domain.")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))

    expected = 0
    assert expected == found.failed


def test_examples_are_found() -> None:
    finder = doctest.DocTestFinder()
    module = importlib.import_module("gateway.domain.input_kinds.case_number")

    assert sum(len(test.examples) for test in finder.find(module)) >= 2
