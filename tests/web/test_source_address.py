"""Behind a proxy the provider's address is in a header, and a header can be written by anybody."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from gateway.web.access import source_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("10.1.1.1", "196.1.2.3", "196.1.2.3"),
        ("10.1.1.1", "196.1.2.3, 10.2.2.2", "196.1.2.3"),
        ("fd00::1", "196.1.2.3", "196.1.2.3"),
        ("::ffff:10.1.1.1", "196.1.2.3", "196.1.2.3"),
        ("10.1.1.1", "2001:db8::7", "2001:db8::7"),
        ("10.1.1.1", "9.9.9.9, 196.1.2.3", "196.1.2.3"),
        ("10.1.1.1", "10.3.3.3", "10.3.3.3"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "196.1.2.3:51234", "196.1.2.3"),  # as Azure's balancer writes it
        ("10.1.1.1", "[2001:db8::7]:51234, 10.2.2.2:443", "2001:db8::7"),
        ("10.1.1.1", "[2001:db8::7]", "2001:db8::7"),
    ],
)
def test_a_trusted_proxy_is_believed(peer: str, forwarded: str, source: str) -> None:
    assert source == source_address(peer, {"x-forwarded-for": forwarded}, PROXIES)


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        ("203.0.113.7", "196.1.2.3"),
        ("203.0.113.7", "10.1.1.1"),
        ("203.0.113.7", "196.1.2.3, 10.1.1.1"),
        ("", "196.1.2.3"),
        ("unix:", "196.1.2.3"),
    ],
)
def test_anybody_else_is_not(peer: str, forwarded: str) -> None:
    assert peer == source_address(peer, {"x-forwarded-for": forwarded}, PROXIES)


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert "10.1.1.1" == source_address("10.1.1.1", {"x-forwarded-for": "196.1.2.3"}, [])


def test_what_is_no_address_is_given_as_it_is_and_lies_in_no_network() -> None:
    assert "unknown" == source_address("10.1.1.1", {"x-forwarded-for": "unknown"}, PROXIES)


def test_a_chain_without_end_costs_no_more() -> None:
    assert "10.0.0.9" == source_address(
        "10.1.1.1", {"x-forwarded-for": "1.1.1.1, " + "10.0.0.9, " * 5000}, PROXIES
    )
