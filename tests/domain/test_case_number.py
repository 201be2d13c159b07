"""Case numbers show every slip that dialling and dictating make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.input_kinds.case_number import LENGTH, from_serial, grouped, is_valid

SERIALS = st.integers(0, 10**8 - 1)


@given(SERIALS)
def test_a_case_number_is_valid_and_begins_with_its_serial(serial: int) -> None:
    number = from_serial(serial)

    assert is_valid(number)
    assert serial == int(number[:-1])


def test_the_check_digit_is_that_of_the_published_example() -> None:
    """Damm's own example is 572, whose check digit is 4; leading zeros change nothing."""
    expected = "000005724"
    assert expected == from_serial(572)


@given(SERIALS)
def test_every_single_wrong_digit_is_noticed(serial: int) -> None:
    number = from_serial(serial)

    for place in range(LENGTH):
        for digit in set("0123456789") - {number[place]}:
            assert not is_valid(number[:place] + digit + number[place + 1 :])


@given(SERIALS)
def test_every_swap_of_neighbours_is_noticed(serial: int) -> None:
    number = from_serial(serial)

    for place in range(LENGTH - 1):
        first, second = number[place], number[place + 1]
        swapped = number[:place] + second + first + number[place + 2 :]
        assert first == second or not is_valid(swapped)


@pytest.mark.parametrize("serial", [-1, -10_000_000, 10**8, 10**20])
def test_a_serial_out_of_range_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="at most 8 digits"):
        from_serial(serial)


@pytest.mark.parametrize(
    "text",
    ["", "10002026", "1000202665", "100020266\n", " 100020266", "100 020 266", "١٠٠٠٢٠٢٦٦",
     "10002026५", "10002026²", "abcdefghi", "-00020265"],
)  # fmt: skip
def test_what_is_no_case_number_is_invalid(text: str) -> None:
    assert not is_valid(text)


@given(SERIALS)
def test_groups_say_the_same_digits(serial: int) -> None:
    number = from_serial(serial)

    assert number == grouped(number).replace(" ", "")
    assert all(len(group) == 3 for group in grouped(number).split(" "))
