"""The keys of a file are known again at once, and cost little memory."""

from __future__ import annotations

import tracemalloc

from gateway.adapters.dataset_files.seen_keys import SeenKeys


def test_a_key_is_known_by_the_line_in_which_it_was_first() -> None:
    keys = SeenKeys()

    found = [keys.first_line(key, line) for line, key in enumerate(["a", "b", "a", "", "b"], 2)]

    assert found == [2, 3, 2, 5, 3]


def test_each_of_many_keys_is_new_once() -> None:
    """So many that places hold several, and digests lie beside one another."""
    keys = SeenKeys()
    many = [f"facility {number}" for number in range(150_000)]

    assert all(keys.first_line(key, line) == line for line, key in enumerate(many, 2))
    assert all(keys.first_line(many[at], 1) == at + 2 for at in range(0, len(many), 97))


def test_a_row_costs_a_few_bytes() -> None:
    tracemalloc.start()
    try:
        keys, rows = SeenKeys(), 20_000
        empty, _ = tracemalloc.get_traced_memory()
        for line in range(rows):
            keys.first_line(str(line), line)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (held - empty) / rows < 120  # a place costs most, and a million rows share 65,536
