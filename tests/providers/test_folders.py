"""What one provider's words mean is known in its folder, and nowhere else in the gateway."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gateway.adapters.providers.registry import PROVIDERS

HOME = Path(__file__).parents[2]
PROVIDERS_FOLDER = HOME / "gateway" / "adapters" / "providers"
PACKAGE = "gateway.adapters.providers"

#: Words of each provider's webhooks and API. Those of Africa's Talking that other aggregators copy
#: stand in shared/joined_text/*.py, too.
WORDS = {
    "africastalking": (
        "durationInMillis", "failureReason", "hopsCount", "messageParts",
        "SMSMessageData", "UserInBlacklist", "/version1/",
    ),
    "android": (
        "X-Signature", "x-signature", "phoneNumbers", "receivedAt", "sms:delivered", "textMessage",
        "withDeliveryReport",
    ),
    "hsenid": (
        "applicationId", "deliveryStatusRequest", "destinationAddresses", "E1318", "mo-cont",
        "mt-fin", "S1000", "sourceAddress", "ussdOperation", "/ussd/send",
    ),
    "orange": (
        "deliveryInfoNotification", "DeliveredToTerminal", "/smsmessaging/", "resourceURL",
        "outboundSMSMessageRequest",
    ),
    "rapidpro": ("broadcasts.json", "base_language"),
    "simulator": ("sim-",),
    "smpp": (
        "smpp34", "ussd_service_op", "esm_class", "data_coding", "X-Lines-Key",
    ),
    "twilio": (
        "AccountSid", "bodySHA256", "ErrorCode", "MessageSid", "MessageStatus",
        "MessagingServiceSid", "NumMedia", "OptOutType", "StatusCallback", "/2010-04-01/",
        "X-Twilio-Signature", "x-twilio-signature",
    ),
}  # fmt: skip
COPIED = ("lastAppResponse", "linkId", "networkCode", "phoneNumber", "serviceCode", "sessionId")


def modules(*, but: Path | None = None) -> Iterator[Path]:
    for path in sorted((HOME / "gateway").rglob("*.py")):
        if but is None or not path.is_relative_to(but):
            yield path


@cache
def imported(path: Path) -> set[str]:
    """Every module that is imported anywhere in a file, lazily or for types, too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_every_provider_has_a_folder_and_every_folder_a_row() -> None:
    folders = {path.parent.name for path in PROVIDERS_FOLDER.glob("*/__init__.py")}

    assert {*PROVIDERS, "shared"} == folders


@pytest.mark.parametrize("name", PROVIDERS)
def test_only_the_table_of_providers_imports_one(name: str) -> None:
    own = PROVIDERS_FOLDER / name
    importers = {
        str(path.relative_to(HOME))
        for path in modules(but=own)
        if any(f"{each}.".startswith(f"{PACKAGE}.{name}.") for each in imported(path))
    }

    assert {"gateway/adapters/providers/registry.py"} == importers


@pytest.mark.parametrize("name", [*PROVIDERS, "shared"])
def test_a_provider_sees_itself_and_what_is_shared(name: str) -> None:
    allowed = (f"{PACKAGE}.{name}.", f"{PACKAGE}.shared.")
    for path in (PROVIDERS_FOLDER / name).rglob("*.py"):
        seen = {each for each in imported(path) if f"{each}.".startswith(f"{PACKAGE}.")}
        assert set() == {each for each in seen if not f"{each}.".startswith(allowed)}, path


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_providers_words_stand_in_its_folder_alone(name: str) -> None:
    own = PROVIDERS_FOLDER / name
    inside = "".join(path.read_text("utf-8") for path in own.rglob("*.py"))
    assert [] == [word for word in WORDS.get(name, ()) if word not in inside]

    for path in modules(but=own):
        text = path.read_text("utf-8")
        assert [] == [word for word in WORDS.get(name, ()) if word in text], path


def test_the_words_that_many_copy_stand_in_the_shared_shape() -> None:
    shape = sorted(PROVIDERS_FOLDER.glob("shared/joined_text/*.py"))
    # An id of a session, and a number, is called so by more than one.
    others = {"hsenid": {"sessionId"}, "android": {"phoneNumber"}}
    for path in modules(but=PROVIDERS_FOLDER / "africastalking"):
        if path not in shape:
            text, own = path.read_text("utf-8"), others.get(path.parent.name, set())
            assert [] == [word for word in COPIED if word in text and word not in own], path
