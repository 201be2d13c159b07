"""Where a request comes from: the peer, or who stands behind proxies that are trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

#: More hops are no chain of proxies.
_MOST_HOPS = 10


def source_address(peer: str, headers: Mapping[str, str], trusted: Sequence[Network]) -> str:
    """Returns the address of the first that is no trusted proxy, seen from here.

    Only a trusted peer is believed what it says in `X-Forwarded-For`, and each hop only what the
    one nearer to us says of it: whatever a caller writes there by itself stands further left.

    >>> source_address("203.0.113.7", {"x-forwarded-for": "10.0.0.1"}, ())
    '203.0.113.7'
    """
    if not trusted or not _is_in(peer, trusted):
        return peer
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    source = peer
    for hop in reversed(hops[-_MOST_HOPS:]):
        source = hop
        if not _is_in(hop, trusted):
            break
    return source


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)
