"""The SMS centre that Jasmin is bound to: takes each SMS, and sends its receipt later.

`python -m bench.peers.sms_centre PORT`. The receipt has the form of SMPP 3.4, appendix B.
"""

from __future__ import annotations

import asyncio
import sys
import time

import smpp34

from bench.peers.kannel import REPORT_AFTER_SECONDS

#: esm_class of a receipt: SMPP 3.4, 5.2.12.
RECEIPT = 0x04


async def serve(port: int) -> None:
    """Serves until it is ended."""
    server = smpp34.Server("127.0.0.1", port, system_id="CENTRE")
    await server.start()
    bound: list[smpp34.Esme] = []
    reporting: set[asyncio.Task[None]] = set()
    taken = 0
    while True:
        event = await server.next()
        if isinstance(event, smpp34.Esme):
            bound.append(event)
        elif isinstance(event, smpp34.SubmitSmEvent):
            taken += 1
            event.accept(f"{taken:X}")
            task = asyncio.create_task(_report(bound[-1], f"{taken:X}"))
            reporting.add(task)
            task.add_done_callback(reporting.discard)


async def _report(esme: smpp34.Esme, reference: str) -> None:
    await asyncio.sleep(REPORT_AFTER_SECONDS)
    at = time.strftime("%y%m%d%H%M")
    text = (
        f"id:{reference} sub:001 dlvrd:001 submit date:{at} done date:{at} stat:DELIVRD "
        "err:000 text:"
    )
    await esme.deliver_sm(
        short_message=text.encode("ascii"), esm_class=RECEIPT, source_addr="254711000001",
        destination_addr="20880",
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
