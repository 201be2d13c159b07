"""The parts of a long SMS outlive the process: each was acknowledged to the operator."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from pathlib import Path

import pytest

from gateway.adapters.providers.smpp.lines import letters
from gateway.adapters.providers.smpp.lines.joining import GAP, Addresses, Joining
from gateway.adapters.providers.smpp.lines.kept_parts import PartsOnDisk
from gateway.adapters.spool.frames import records
from tests.apart import apart
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.smpp.smsc import (
    KEYRING,
    PATIENCE,
    Told,
    centre,
    hold_a_line,
    line_to,
    until,
)

WHO = Addresses("254711000001", "20880")
FIRST, LAST = (letters.Part(reference=7, total=2, place=place) for place in (1, 2))


def test_who_comes_after_a_killed_process_has_the_parts_it_was_given(tmp_path: Path) -> None:
    kept = PartsOnDisk(tmp_path / "lines", KEYRING)
    before = Joining(kept)
    assert before.add(WHO, FIRST, "RESULT ", 0.0) is None

    after = Joining(kept)
    whole = after.add(WHO, LAST, "10231456", 5.0)
    assert whole is not None
    assert "RESULT 10231456" == whole.text

    again = Joining(kept, 100.0)  # killed before anybody took it
    (untold,) = again.overdue(100.0)
    assert (whole.name, whole.text) == (untold.name, untold.text)
    again.taken(untold, 100.0)

    last = Joining(kept, 200.0)  # killed before the operator was answered: it sends that part again
    assert last.add(WHO, LAST, "10231456", 201.0) is None
    assert [] == last.overdue(261.0)
    assert {} == kept.load()


def test_what_is_kept_is_sealed_and_a_torn_record_costs_itself_alone(tmp_path: Path) -> None:
    kept = PartsOnDisk(tmp_path, KEYRING)
    joining = Joining(kept)
    joining.add(WHO, FIRST, "RESULT ", 0.0)
    (path,) = tmp_path.iterdir()
    whole_record = path.read_bytes()
    joining.add(WHO, LAST, "10231456", 0.0)

    stored = path.read_bytes()
    assert not any(each in stored for each in (b"RESULT", b"254711000001", b"10231456"))
    assert 2 == len(list(records(stored)))
    path.write_bytes(stored[:-3])
    (late,) = Joining(kept).overdue(60.0)
    assert f"RESULT {GAP}" == late.text
    path.write_bytes(whole_record[:5])  # nothing was promised of it
    assert [] == Joining(kept).overdue(60.0)
    assert [] == list(tmp_path.iterdir())


def test_an_sms_that_the_gateway_does_not_take_is_told_again_under_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def go() -> None:
        told = Told(takes=False)
        async with centre() as smsc, line_to(smsc.port, told) as line:
            await until(lambda: all(line.state()) and bool(smsc.bound))
            parts = [letters.header_of(part) + octets for part, octets in _parts()]
            assert [0, 0x64] == [await smsc.deliver(part, esm_class=0x40) for part in parts]
            told.takes = True
            assert 0 == await smsc.deliver(parts[1], esm_class=0x40)
            assert 0 == await smsc.deliver(parts[1], esm_class=0x40)  # our answer was lost
            first, second = await told.of(2)
            assert first == second
            assert "RESULT 10231456" == first[1]["text"]
            assert 2 == len(told.calls)

    monkeypatch.setattr("gateway.adapters.providers.smpp.lines.incoming._LOOK_SECONDS", 3600.0)
    apart(asyncio.run)(go())


def test_a_part_that_cannot_be_kept_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("no folder", encoding="utf-8")

    async def go() -> None:
        told = Told()
        kept = PartsOnDisk(tmp_path / "lines", KEYRING)
        async with centre() as smsc, line_to(smsc.port, told, kept) as line:
            await until(lambda: all(line.state()) and bool(smsc.bound))
            part, octets = _parts()[0]
            assert 0x64 == await smsc.deliver(letters.header_of(part) + octets, esm_class=0x40)

    apart(asyncio.run)(go())


def test_a_part_survives_the_kill_of_the_lines(tmp_path: Path) -> None:
    spawned = multiprocessing.get_context("spawn")
    parts = [letters.header_of(part) + octets for part, octets in _parts()]

    async def held(urls: dict[str, str], part: bytes) -> int:
        async with centre() as smsc:
            process = spawned.Process(target=hold_a_line, args=(smsc.port, tmp_path / "line", urls))
            process.start()
            try:
                await until(lambda: bool(smsc.bound))
                return await smsc.deliver(part, esm_class=0x40)
            finally:
                process.kill()
                await asyncio.to_thread(process.join, PATIENCE)

    async def go() -> None:
        with scripted_api([Answer(200)]) as api:
            urls = {"sms": f"{api.url}/sms/line"}
            statuses = [await held(urls, part) for part in parts]
            assert [0, 0] == statuses
            assert "RESULT 10231456" == json.loads(api.bodies[0])["text"]

    apart(asyncio.run)(go())


def _parts() -> list[tuple[letters.Part, bytes]]:
    return [(FIRST, b"RESULT "), (LAST, b"10231456")]
