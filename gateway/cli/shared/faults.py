"""Faults of files as commands give them to programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence


def for_programs(faults: Iterable[Fault]) -> list[dict[str, object]]:
    """Returns faults with their places, codes and sentences, and the values that stand in these."""
    return [
        asdict(fault) | {"title": CODES[fault.code].title, "values": _values(fault.sentence)}
        for fault in faults
    ]


def _values(sentence: str) -> Mapping[str, object]:
    values = sentence.values if isinstance(sentence, Sentence) else {}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    match value:
        case bool() | int():
            return value
        case date():
            return value.isoformat()
        case _:
            return str(value)
