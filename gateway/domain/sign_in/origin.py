"""Whose tries are counted together: an address, or the network that one subscriber has of IPv6."""

from __future__ import annotations

import ipaddress

#: A line of a customer has so many bits of IPv6 at least (RFC 6177), and any address within them.
_NETWORK_BITS = 64


def counted_origin(address: str) -> str:
    """Returns what stands for an address where tries are counted.

    >>> counted_origin("2001:db8:0:1:aaaa::7"), counted_origin("192.0.2.7")
    ('2001:db8:0:1::/64', '192.0.2.7')
    >>> counted_origin("::ffff:192.0.2.7"), counted_origin("fe80::1%eth0"), counted_origin("?")
    ('192.0.2.7', 'fe80::/64', '?')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _NETWORK_BITS), strict=False))
