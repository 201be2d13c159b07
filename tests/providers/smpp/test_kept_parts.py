"""The parts of a long SMS outlive the process: each was acknowledged to the operator."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.providers.shared.lines import HeldLine
from gateway.adapters.providers.smpp.lines import letters
from gateway.adapters.providers.smpp.lines.bridge import Bridge
from gateway.adapters.providers.smpp.lines.joining import GAP, MOST_UNTAKEN, Addresses, Joining
from gateway.adapters.providers.smpp.lines.kept_parts import PartsOnDisk
from gateway.adapters.providers.smpp.lines.receipts_together import ReceiptsTogether
from gateway.adapters.spool.frames import records
from gateway.adapters.system.keyring import Keyring
from tests.apart import apart
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.smpp.smsc import (
    KEYRING,
    PATIENCE,
    Told,
    centre,
    hold_a_line,
    line_to,
    settings,
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


class Stubborn:
    """A disk that keeps nothing, or lets nothing go, as it is told."""

    def __init__(self, *, keeps: bool = True, forgets: bool = True) -> None:
        self.keeps, self.forgets = keeps, forgets

    def keep(self, name: str, told: Mapping[str, Any]) -> None:
        if not self.keeps:
            raise OSError(28, "No space left on device")

    def forget(self, name: str) -> None:
        if not self.forgets:
            raise OSError(5, "Input/output error")

    def load(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return {}


def test_what_could_not_be_kept_becomes_nobodys_sms() -> None:
    disk = Stubborn(keeps=False)
    joining = Joining(disk)
    with pytest.raises(OSError, match="No space"):
        joining.add(WHO, FIRST, "RESULT ", 0.0)

    assert [] == joining.overdue(3600.0)
    disk.keeps = True
    joining.add(WHO, FIRST, "RESULT ", 3600.0)
    disk.keeps = False
    with pytest.raises(OSError, match="No space"):
        joining.add(WHO, LAST, "10231456", 3601.0)
    assert [f"RESULT {GAP}"] == [late.text for late in joining.overdue(3660.0)]


def test_what_cannot_be_removed_stops_nothing_and_is_known_after_a_restart(tmp_path: Path) -> None:
    joining = Joining(Stubborn(forgets=False))
    joining.add(WHO, FIRST, "RESULT ", 0.0)
    whole = joining.add(WHO, LAST, "10231456", 0.0)
    assert whole is not None
    joining.taken(whole, 0.0)
    assert [] == joining.overdue(60.0)
    assert joining.add(WHO, FIRST, "RESULT ", 61.0) is None

    kept = PartsOnDisk(tmp_path, KEYRING)
    for name, more in (("newer", []), ("older", [{"told": True}])):  # the older was told
        part = {**WHO._asdict(), "reference": 7, "total": 2, "place": 1, "text": name}
        for record in (part, *more):
            kept.keep(name, record)
    assert [f"newer{GAP}"] == [late.text for late in Joining(kept).overdue(60.0)]
    assert {"newer"} == set(kept.load())


def test_a_file_that_cannot_be_read_costs_itself_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = PartsOnDisk(tmp_path, Keyring(b"\x02" * 32))
    other.keep("of-another-key", {"told": True})
    (tmp_path / "a-folder").mkdir()
    kept = PartsOnDisk(tmp_path, KEYRING)
    Joining(kept).add(WHO, FIRST, "RESULT ", 0.0)

    assert [f"RESULT {GAP}"] == [late.text for late in Joining(kept).overdue(60.0)]
    assert 2 == caplog.text.count("cannot be read") / 2  # loaded twice
    assert (tmp_path / "of-another-key").is_file()


def test_a_record_is_written_whole_however_little_the_disk_takes_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, octets: write(file, octets[:7]))
    kept = PartsOnDisk(tmp_path, KEYRING)
    Joining(kept).add(WHO, FIRST, "RESULT ", 0.0)

    assert [f"RESULT {GAP}"] == [late.text for late in Joining(kept).overdue(60.0)]


def test_a_gateway_that_is_down_leaves_what_is_too_much_to_the_operator() -> None:
    joining = Joining()
    many = [letters.Part(reference=number, total=2, place=1) for number in range(MOST_UNTAKEN)]
    for part in many:
        joining.add(WHO, part, "a", 0.0)
    assert MOST_UNTAKEN == len(joining.overdue(60.0))  # and nobody takes them

    with pytest.raises(OSError, match="too many"):
        joining.add(WHO, letters.Part(reference=MOST_UNTAKEN, total=2, place=1), "a", 60.0)
    assert joining.add(WHO, letters.Part(reference=0, total=2, place=2), "b", 60.0) is not None


def test_a_receipt_that_comes_as_the_last_calls_end_is_told_at_once() -> None:
    async def go() -> None:
        async def tell(route: str, fields: Mapping[str, object]) -> bool:
            await both.wait()
            return True

        together, both = ReceiptsTogether(tell), asyncio.Event()

        async def told_and_one_more() -> bool:
            first = await together({"reference": "1"})
            return first and await together({"reference": "2"})

        async with asyncio.timeout(PATIENCE):
            tasks = [asyncio.ensure_future(told_and_one_more())]
            await asyncio.sleep(0.01)
            tasks.append(asyncio.ensure_future(together({"reference": "other"})))
            await asyncio.sleep(0.01)  # two calls are out, as many as may be
            both.set()
            assert [True, True] == await asyncio.gather(*tasks)

    apart(asyncio.run)(go())


def test_a_line_that_stumbles_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def go() -> None:
        async with centre() as smsc:
            held = {
                name: HeldLine(settings=settings(smsc.port), keys=["k"], urls={}, keyring=KEYRING)
                for name in ("one", "other")
            }
            bridge, up = Bridge(held, first_pause=0.05), asyncio.Future[int]()
            run, tries = bridge.lines["one"].run, list[int]()

            async def stumble() -> None:
                tries.append(1)
                if len(tries) < 3:
                    raise RuntimeError("dictionary changed size during iteration")
                await run()

            monkeypatch.setattr(bridge.lines["one"], "run", stumble)
            task = asyncio.create_task(bridge.serve("127.0.0.1", 0, up))
            try:
                await up
                await until(lambda: all(all(each.state()) for each in bridge.lines.values()))
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        assert 2 == caplog.text.count("A line stumbled")

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
