"""What a page of the documentation configures works: it is dialled, texted, sent and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.providers.tried import ASHA, channels_of, tried

#: The pages, and whether their channel is dialled.
PAGES = {"android.md": False, "hsenid.md": True, "orange.md": False, "smpp.md": True}

SECRETS = {
    "PHONE_USERNAME": "ABC123",
    "PHONE_PASSWORD": "invented",
    "PHONE_SIGNING_KEY": "invented-too",
    "TAP_PASSWORD": "invented",
    "ORANGE_AUTHORIZATION": "Basic aW52ZW50ZWQ=",
    "SMPP_PASSWORD": "invented",
}


ANSWERS = ("1", "1", "Asha")


@pytest.mark.parametrize("page", PAGES)
def test_the_channel_of_a_page_answers_and_its_replies_are_delivered(
    page: str, tmp_path: Path, valkey: str
) -> None:
    with tried(channels_of(page), tmp_path, valkey, SECRETS) as line:
        if PAGES[page]:
            screens = [line.handset.turn(ASHA, "session-1", "")]
            for count, answer in enumerate(ANSWERS, 1):
                typed = "*".join(ANSWERS[:count])
                screens.append(line.handset.turn(ASHA, "session-1", typed, newest=answer))
            assert screens[0].text.startswith("Services\n1. Water")
            assert ("Thank you, Asha.", True) == (screens[-1].text, screens[-1].ends)

        for text, trouble in (
            ("WATER", None),
            ("1", FaultKind.UNDELIVERED),
            ("Asha", FaultKind.ERROR),
        ):
            if trouble is not None:
                line.exchange.faults.add(Fault(kind=trouble))
            line.handset.text(ASHA, text)
            line.send_replies()

        (last, unknown), (_, lost), (first, delivered) = line.sent()
        assert first.startswith("Which region?")
        assert last.startswith("Thank you, Asha.")
        assert DeliveryStatus.DELIVERED is delivered
        assert DeliveryStatus.UNDELIVERED is lost
        assert DeliveryStatus.UNKNOWN is unknown
