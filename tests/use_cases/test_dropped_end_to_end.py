"""A dropped line on real stores: the reference deployment, wired as in production."""

from __future__ import annotations

from flask.testing import FlaskClient

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.domain.telecom.ussd import UssdTurn
from tests.clock import FixedClock

CALLER, OTHER = Msisdn("+254700000001"), Msisdn("+254700000002")
CODE = "*384*2026#"
BORN = FixedClock().now().strftime("%d%m%Y")  # today, whatever day that is


MY_DATA = "*384*2026*93#"


def turn(
    gateway: Gateway, text: str, session: str, caller: Msisdn = CALLER, code: str = CODE
) -> str:
    said = UssdTurn(session_id=session, subscriber=caller, service_code=code, text=text)
    return gateway.ussd.answer(gateway.channels["phone"], said).text


def notify_a_birth(gateway: Gateway, session: str) -> None:
    """Begins to notify a birth, up to the question for the district."""
    turn(gateway, "", session, code="*384*2026*51#")
    turn(gateway, "1", session, code="*384*2026*51#")
    page = turn(gateway, f"1*{BORN}", session, code="*384*2026*51#")
    assert "district" in page


def chooses_a_pin(gateway: Gateway, clock: FixedClock) -> None:
    """Chooses a PIN for what is held of the caller, and waits until it counts."""
    for text in ("", "1", "1*2580", "1*2580*2580"):
        turn(gateway, text, "pin", code=MY_DATA)
    clock.advance(3 * 86_400)


def erases(gateway: Gateway) -> str:
    """Has everything erased, and returns what is said then."""
    for text in ("", "1", "1*2580", "1*2580*3"):
        turn(gateway, text, "s-2", code=MY_DATA)
    return turn(gateway, "1*2580*3*1", "s-2", code=MY_DATA)


def test_an_sms_after_a_drop_leads_another_phone_back_to_where_it_was(
    gateway: Gateway, clock: FixedClock
) -> None:
    notify_a_birth(gateway, "s-1")
    clock.advance(300)

    sent = gateway.ussd.nudge_dropped()
    gateway.outbound.work("phone", Lane.REPLY)

    ((sms, status),) = gateway.sql.outbox.to_subscriber(CALLER, 5)
    dial = next(word for word in sms.text.split() if word.startswith("*384*2026*"))
    assert (1, "sent") == (sent, status.value)
    asked = turn(gateway, "", "s-2", OTHER, code=dial)
    shown = turn(gateway, BORN, "s-2", OTHER, code=dial)
    assert "To continue, please answer once more." in asked
    assert "district" in shown


def test_who_redials_another_channel_goes_on_there(gateway: Gateway, client: FlaskClient) -> None:
    notify_a_birth(gateway, "s-1")
    url = gateway.deployment.webhook_urls("at-ke")["ussd"].removeprefix(gateway.public_url)
    form = {"sessionId": "AT-1", "phoneNumber": CALLER.e164, "serviceCode": CODE, "text": ""}

    offered = client.post(url, data=form).get_data(as_text=True)
    shown = client.post(url, data={**form, "text": "1"}).get_data(as_text=True)

    assert offered.startswith("CON Last time the call was cut off: Birth or death.\n1. Continue")
    assert "district" in shown


def test_redis_that_lost_everything_offers_nothing_and_keeps_the_codes(
    gateway: Gateway, clock: FixedClock
) -> None:
    notify_a_birth(gateway, "s-1")
    clock.advance(300)
    gateway.ussd.nudge_dropped()
    ((sms, _),) = gateway.sql.outbox.to_subscriber(CALLER, 5)
    dial = next(word for word in sms.text.split() if word.startswith("*384*2026*"))

    gateway.stores.sessions._link.call("FLUSHALL")  # type: ignore[attr-defined] # as a crash would

    assert "1. English" in turn(gateway, "", "s-2")
    assert "once more" in turn(gateway, "", "s-3", OTHER, code=dial)


def test_who_has_everything_erased_is_offered_nothing_and_told_of_no_drop(
    gateway: Gateway, clock: FixedClock
) -> None:
    chooses_a_pin(gateway, clock)
    notify_a_birth(gateway, "s-1")

    erased = erases(gateway)
    clock.advance(300)

    assert "were deleted" in erased
    assert 0 == gateway.ussd.nudge_dropped()
    assert "1. English" in turn(gateway, "", "s-3")


def test_a_code_that_was_sent_is_good_for_nothing_after_erasing(
    gateway: Gateway, clock: FixedClock
) -> None:
    chooses_a_pin(gateway, clock)
    notify_a_birth(gateway, "s-1")
    clock.advance(300)
    gateway.ussd.nudge_dropped()
    (sms, _), *_ = gateway.sql.outbox.to_subscriber(CALLER, 5)
    dial = next(word for word in sms.text.split() if word.startswith("*384*2026*"))

    assert "were deleted" in erases(gateway)

    assert "once more" not in turn(gateway, "", "s-3", OTHER, code=dial)
