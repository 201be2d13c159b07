"""Which addresses a declared call may reach: public ones, and networks that were allowed.

A URL, or a redirect of the other system, could otherwise lead into the gateway's own network: to
its Redis, or to a cloud's metadata service at 169.254.169.254.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from queue import Empty, Queue

from gateway.domain.faults_and_errors.errors import DeadlineExceeded, HandlerFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Gives the addresses of a host, as `socket.getaddrinfo` does.
Resolve = Callable[[str, int], Sequence[str]]

#: IPv6 addresses that carry an IPv4 one, which is then what is reached (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
#: All that was ever given out of IPv6 (RFC 4291). What lies outside it carries IPv4 addresses of a
#: network's own (::10.0.0.1, 64:ff9b:1::/48) or is local to a site (fec0::/10).
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
#: Kept for protocols by IANA (RFC 6890, RFC 7526), whatever Python says of their parts.
_FOR_PROTOCOLS = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23")))


def resolve(host: str, port: int) -> Sequence[str]:
    """Returns the addresses of a host, in the order to try them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def reachable(
    host: str, port: int, allowed: Sequence[str], seconds: float, look_up: Resolve = resolve
) -> Sequence[str]:
    """Returns the addresses to connect to, best first; looked up once, so nothing changes them.

    Raises DeadlineExceeded when they are not known within `seconds`, and HandlerFailed when the
    host has no address, or any that is neither public nor allowed.
    """
    try:
        addresses = [_parsed(each) for each in _in_time(look_up, host, port, seconds)]
    except (OSError, ValueError):  # ValueError: no name that could be looked up
        addresses = []
    if not addresses:
        raise HandlerFailed("The host of a declared call has no address. Check its url.")
    networks = [ipaddress.ip_network(each) for each in allowed]
    for address in addresses:
        if not (is_public(address) or any(address in network for network in networks)):
            raise HandlerFailed(
                "A declared call leads to an address that is not public. "
                "Allow its network under `allow_private` if that is meant."
            )
    return [str(address) for address in addresses]


def _in_time(look_up: Resolve, host: str, port: int, seconds: float) -> Sequence[str]:
    """Returns what the look-up gives; it has no time-out of its own, and may be left behind."""
    answer: Queue[Sequence[str] | OSError | ValueError] = Queue()

    def ask() -> None:
        try:
            answer.put(look_up(host, port))
        except (OSError, ValueError) as error:
            answer.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, seconds))
    except Empty:
        raise DeadlineExceeded(
            "The name of a declared call's host was not looked up in time."
        ) from None
    if isinstance(found, OSError | ValueError):
        raise found
    return found


def is_public(address: Address) -> bool:
    """Returns whether anybody on the internet could be reached so.

    >>> is_public(ipaddress.ip_address("10.0.0.1"))
    False
    """
    if isinstance(address, ipaddress.IPv6Address) and address not in _GIVEN_OUT:
        return False
    if any(address in network for network in _FOR_PROTOCOLS):
        return False
    return address.is_global and not address.is_multicast


def _parsed(text: str) -> Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
