"""Faults in the JSON of commands: what a program needs to act on them without reading English."""

from __future__ import annotations

import json
from datetime import date

from gateway.cli.shared.faults import for_programs
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.counts import Count


def test_a_fault_comes_with_its_place_its_code_and_the_values_in_its_sentence() -> None:
    sentence = Sentence(
        "%(rows)s rows of '%(column)s' are %(wrong)s since %(day)s.",
        rows=Count(12_000),
        column="born",
        wrong=Sentence("not a date."),
        day=date(2026, 12, 4),
    )

    told = json.loads(json.dumps(for_programs([Fault("rows.csv", 2, 3, "D029", sentence)])))

    assert told == [
        {
            "file": "rows.csv",
            "line": 2,
            "column": 3,
            "code": "D029",
            "title": "Value of the wrong kind",
            "sentence": "12,000 rows of 'born' are not a date. since 2026-12-04.",
            "values": {
                "rows": 12_000,
                "column": "born",
                "wrong": "not a date.",
                "day": "2026-12-04",
            },
        }
    ]
