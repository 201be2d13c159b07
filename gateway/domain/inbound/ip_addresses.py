"""An address of a machine, as servers and proxies write it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address


def address_of(written: str) -> IPv4Address | IPv6Address | None:
    """Returns the address; None for what is none. IPv4 within IPv6 is the address that it is.

    >>> address_of("::ffff:192.0.2.7"), address_of("unix:")
    (IPv4Address('192.0.2.7'), None)
    """
    try:
        address = ip_address(written)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def without_port(written: str) -> str:
    """Returns an address without the port that some proxies and balancers write behind it.

    >>> without_port("192.0.2.7:51234"), without_port("[2001:db8::7]:51234")
    ('192.0.2.7', '2001:db8::7')
    >>> without_port("2001:db8::7"), without_port("[2001:db8::7]")
    ('2001:db8::7', '2001:db8::7')
    """
    if written.startswith("["):
        return written[1:].partition("]")[0]
    address, _, port = written.partition(":")
    return written if ":" in port else address
