"""By which channel an MT leaves: its institution's, its route's, and one that works."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.domain.institutions.institution import Institution
from gateway.domain.outbound.channel_state import ChannelState, Standing
from gateway.domain.outbound.routes import HELD, Choice, Known, Network, Route, Routes, choose
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose

NUMBER = Msisdn("+999700000001")
TOKEN = ProviderToken("simulator", "", "4bd1aa30c2f94e07")
CHANNELS = {
    name: Channel(name=name, provider="simulator", address=address)
    for name, address in [("a", "2026"), ("b", "3030"), ("c", "4040"), ("dialled", None)]
}
S = Standing


def mt(channel: str = "a", subscriber: Identity = NUMBER, **changes: object) -> OutboundSms:
    fields: dict[str, object] = {
        "id": 1, "channel": channel, "subscriber": subscriber, "text": "It rains",
        "lane": Lane.BULK, "purpose": Purpose.NOTICE, "topic": "", "sender": "", "link_id": "",
        "attempt": 1, "created_at": datetime(2026, 11, 29, tzinfo=UTC),
    }  # fmt: skip
    return OutboundSms(**{**fields, **changes})  # type: ignore[arg-type]


def chosen(
    sms: OutboundSms, standings: str = "", *, preferred: str = "", allowed: str = "",
    senders: tuple[str, ...] = (), trials: str = "",
) -> Choice:  # fmt: skip
    """Returns the choice: `standings` such as "a:paused b:drained", the others being open."""
    told = dict(each.split(":") for each in standings.split())
    bound = allowed or senders
    return choose(
        sms,
        Known(
            channels=CHANNELS,
            states={name: ChannelState(name=name, standing=S(each)) for name, each in told.items()},
            institution=Institution(name="health", channels=tuple(allowed), sender_ids=senders)
            if bound
            else None,
            preferred=tuple(preferred),
            trials=dict.fromkeys(trials, 1),
        ),
    )


@pytest.mark.parametrize(
    ("standings", "preferred", "allowed", "to"),
    [
        ("", "", "", "a"),
        ("a:drained", "", "", "a"),  # nowhere else to go: it is tried
        ("a:paused", "", "", ""),
        ("", "bc", "", "b"),
        ("b:drained", "bc", "", "c"),
        ("b:paused", "bc", "", "c"),
        ("b:drained c:paused", "bc", "", "b"),
        ("b:paused c:paused", "bc", "", ""),
        ("a:drained b:drained", "ba", "", "a"),  # all are drained: it stays
        ("", "", "bc", "b"),
        ("b:drained", "", "bc", "c"),
        ("", "cb", "b", "b"),  # the route's first is not the institution's
        ("b:paused", "c", "b", ""),
        ("", "c", "ab", "a"),  # none of the route's: its own in their order
        ("c:preferred", "", "", "c"),
        ("c:preferred", "ab", "", "c"),
        ("c:preferred", "", "ab", "a"),  # a person's word does not lend it another's channel
        ("a:drained c:preferred", "", "ab", "b"),
        ("", "x", "", ""),  # no such channel any more
    ],
)
def test_an_mt_takes_the_first_of_its_channels_that_works(
    standings: str, preferred: str, allowed: str, to: str
) -> None:
    assert to == chosen(mt(), standings, preferred=preferred, allowed=allowed).channel


@pytest.mark.parametrize(
    "bound", [{"sender": "2026"}, {"link_id": "L1"}, {"resend_of": 7}], ids=str
)
def test_an_answer_to_an_mo_and_a_copy_never_change_their_channel(bound: dict[str, object]) -> None:
    sms = mt(**bound)

    assert "a" == chosen(sms, "c:preferred", preferred="bc", allowed="bc").channel
    assert "a" == chosen(sms, "a:drained", preferred="bc").channel
    assert HELD == chosen(sms, "a:paused", preferred="bc")
    assert sms.sender == chosen(sms, senders=("MOH",)).sender


def test_a_channel_that_cannot_reach_a_subscriber_takes_nothing() -> None:
    assert "a" == chosen(mt(subscriber=TOKEN), "a:drained", preferred="ba").channel
    assert "b" == chosen(mt(), "a:drained", preferred="ba").channel


def test_a_channel_that_is_only_dialled_sends_nothing() -> None:
    known = Known(channels=CHANNELS, states={}, preferred=("dialled", "b"))

    assert "b" == choose(mt(), known).channel


def test_a_trial_takes_as_many_as_it_may_and_says_so() -> None:
    tried = chosen(mt(), "b:drained", preferred="bc", trials="b")
    paused = chosen(mt(), "b:paused", preferred="bc", trials="b")

    assert Choice(channel="b", trial=True) == tried == paused
    again = mt(attempt=2)
    assert "c" == chosen(again, "b:drained", preferred="bc", trials="b").channel
    assert "b" == chosen(again, "b:paused", preferred="b", trials="b").channel


@pytest.mark.parametrize(
    ("channel", "senders", "sender"),
    [
        (CHANNELS["a"], (), ""),
        (CHANNELS["a"], ("2026", "MOH"), ""),  # the channel's own is one of them
        (CHANNELS["a"], ("MOH", "MOHEALTH"), "MOH"),
        (Channel(name="a", provider="x", sender_id="MOH", address="2026"), ("MOH",), ""),
        (Channel(name="a", provider="x", sender_id="WATER", address="2026"), ("2026",), "2026"),
        (Channel(name="a", provider="x", chooses_sender=True), ("MOH",), ""),
    ],
)
def test_an_institution_sends_under_its_own_sender_ids(
    channel: Channel, senders: tuple[str, ...], sender: str
) -> None:
    institution = Institution(name="health", sender_ids=senders)

    choice = choose(mt(), Known(channels={"a": channel}, states={}, institution=institution))

    assert Choice(channel="a", sender=sender) == choice


ROUTES = Routes(
    routes=(
        Route(channels=("a",)),
        Route(channels=("b",), network="green"),
        Route(channels=("c",), institution="health"),
        Route(channels=("c", "b"), institution="health", network="green"),
    ),
    networks=(
        Network(name="green", codes=("99901",), prefixes=("+99970", "+999711")),
        Network(name="blue", codes=("99902",), prefixes=("+99971",)),
    ),
    own="gateway",
)


@pytest.mark.parametrize(
    ("institution", "network", "channels"),
    [
        ("", "", ("a",)),
        ("gateway", "blue", ("a",)),
        ("water", "green", ("b",)),
        ("health", "blue", ("c",)),
        ("health", "green", ("c", "b")),
    ],
)
def test_the_route_that_fits_best_counts(
    institution: str, network: str, channels: tuple[str, ...]
) -> None:
    assert channels == ROUTES.preferred(institution, network)


@pytest.mark.parametrize(
    ("subscriber", "last_seen", "network"),
    [
        (NUMBER, "", "green"),
        (Msisdn("+999712000001"), "", "blue"),
        (Msisdn("+999711000001"), "", "green"),  # the longest prefix
        (Msisdn("+254700000001"), "", ""),
        (NUMBER, "99902", "blue"),  # the number went along to another network
        (NUMBER, "63902", "green"),  # a code of no network here: the prefix
        (TOKEN, "99902", "blue"),
        (TOKEN, "", ""),
    ],
)
def test_a_subscribers_network_is_that_seen_last_or_by_prefix(
    subscriber: Identity, last_seen: str, network: str
) -> None:
    assert network == ROUTES.network_of(subscriber, last_seen)


def test_without_routes_nobody_asks_for_networks() -> None:
    assert not Routes(routes=(Route(channels=("a",)),)).ask_for_network
    assert ROUTES.ask_for_network
    assert () == Routes().preferred("health", "green")
