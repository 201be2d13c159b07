"""Segments at their boundaries, and against a brute-force cutter."""

from __future__ import annotations

import gsmcodecs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import BASIC, EXTENSION, Encoding


def _runs(alphabet: str) -> st.SearchStrategy[str]:
    """Returns texts made of runs: hypothesis seldom draws long texts, and seams lie far out."""
    run = st.builds(str.__mul__, st.sampled_from(alphabet), st.integers(1, 160))
    return st.lists(run | st.text(alphabet, max_size=5), max_size=8).map("".join)


_GSM7_TEXTS = _runs("ab\n@à" + EXTENSION)
_ANY_TEXTS = _GSM7_TEXTS | _runs("aé{€አ😀") | st.text()


def _brute_force(text: str) -> tuple[str, int, list[str]]:
    """Returns encoding, units and parts by the plainest means: try each length, longest first."""
    gsm7 = all(char in BASIC + EXTENSION for char in text)

    def units(piece: str) -> int:
        if gsm7:
            return sum(2 if char in "\f^{}\\[~]|€" else 1 for char in piece)
        return sum(2 if ord(char) >= 0x10000 else 1 for char in piece)

    single, joined = (160, 153) if gsm7 else (70, 67)
    if units(text) <= single:
        return ("GSM-7" if gsm7 else "UCS-2"), units(text), [text]
    parts, rest = [], text
    while rest:
        length = max(size for size in range(1, 154) if units(rest[:size]) <= joined)
        parts.append(rest[:length])
        rest = rest[length:]
    return ("GSM-7" if gsm7 else "UCS-2"), units(text), parts


@pytest.mark.parametrize(
    ("text", "encoding", "units", "sizes"),
    [
        pytest.param("", Encoding.GSM7, 0, [0], id="empty"),
        pytest.param("a" * 160, Encoding.GSM7, 160, [160], id="160"),
        pytest.param("a" * 161, Encoding.GSM7, 161, [153, 8], id="161"),
        pytest.param("a" * 306, Encoding.GSM7, 306, [153, 153], id="two full"),
        pytest.param("a" * 307, Encoding.GSM7, 307, [153, 153, 1], id="one over two"),
        pytest.param("a" * 158 + "{", Encoding.GSM7, 160, [159], id="brace ends at 160"),
        pytest.param("a" * 159 + "{", Encoding.GSM7, 161, [153, 7], id="brace at 160"),
        pytest.param("a" * 151 + "{" + "b" * 20, Encoding.GSM7, 173, [152, 20], id="{ at 152"),
        pytest.param("a" * 152 + "{" + "b" * 20, Encoding.GSM7, 174, [152, 21], id="{ at 153"),
        pytest.param("€" * 80, Encoding.GSM7, 160, [80], id="80 euro"),
        pytest.param("€" * 81, Encoding.GSM7, 162, [76, 5], id="81 euro"),
        pytest.param("አ" * 70, Encoding.UCS2, 70, [70], id="70 units"),
        pytest.param("አ" * 71, Encoding.UCS2, 71, [67, 4], id="71 units"),
        pytest.param("አ" * 134, Encoding.UCS2, 134, [67, 67], id="two full of 67"),
        pytest.param("አ" * 135, Encoding.UCS2, 135, [67, 67, 1], id="one over two of 67"),
        pytest.param("😀" * 35, Encoding.UCS2, 70, [35], id="35 emoji"),
        pytest.param(
            "a" * 66 + "😀" + "b" * 9, Encoding.UCS2, 77, [66, 10], id="emoji at the seam"
        ),
        pytest.param("a" * 65 + "😀" + "b" * 9, Encoding.UCS2, 76, [66, 9], id="emoji before it"),
        pytest.param("{" * 70 + "—", Encoding.UCS2, 71, [67, 4], id="in UCS-2 a brace is one"),
    ],
)
def test_segments_at_the_boundaries(
    text: str, encoding: Encoding, units: int, sizes: list[int]
) -> None:
    found = segment(text)

    assert (encoding, units) == (found.encoding, found.units)
    assert sizes == [len(part) for part in found.parts]


@given(_ANY_TEXTS)
def test_segments_are_those_of_the_brute_force_cutter(text: str) -> None:
    found = segment(text)

    assert _brute_force(text) == (found.encoding, found.units, list(found.parts))


@given(_ANY_TEXTS)
def test_joined_segments_are_the_text(text: str) -> None:
    assert text == "".join(segment(text).parts)


@given(_GSM7_TEXTS)
def test_each_gsm7_segment_can_be_written_by_another_codec_in_its_room(text: str) -> None:
    parts = segment(text).parts

    room = 160 if len(parts) == 1 else 153
    assert all(len(gsmcodecs.Codec().encode(part)[0]) <= room for part in parts)


def test_one_foreign_character_is_named_and_flips_the_whole_text() -> None:
    found = segment("Matokeo ya mtihani — tayari")

    expected = (Encoding.UCS2, "—")
    assert expected == (found.encoding, found.offending)


def test_a_segmentation_prints_nothing_of_the_text() -> None:
    shown = repr(segment("Matokeo ya Asha — daraja"))

    expected = "Segmentation(encoding=<Encoding.UCS2: 'UCS-2'>, units=24)"
    assert expected == shown
