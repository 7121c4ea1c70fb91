"""Which machines a calendar may be read from: none of the network that the hub itself is in."""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

HTTPS = 443
TRANSLATED = tuple(
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::ffff:0:0/96",
        "::/96",
    )
)
"""Addresses that another address is hidden in: NAT64, 6to4, Teredo, mapped and compatible ones.
Python calls some of them global, wherever they lead."""


PLAIN = "%/:?=&~+!$,;'()*@[]-._"
"""What stays in a path as it was pasted; a letter such as ō goes as its octets."""
AT_HOME = ("localhost", "local", "internal", "home.arpa")
"""Names that mean a machine nearby, wherever they are asked for (RFC 6761, 6762, 8375, 9476)."""


class Trouble(Exception):
    """A calendar could not be read; `why` is one word, for which the page has a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Target:
    """Where to connect, resolved once: the address is checked and then used, so that a name
    cannot lead elsewhere in between."""

    host: str
    port: int
    path: str = field(repr=False)
    family: int
    sockaddr: tuple[Any, ...]


def understood(address: str, allowed: Collection[str] = ()) -> str:
    """An address as it was pasted, in https; Trouble for anything else, and for one that says by
    itself that it leads into a private network. What a name leads to is asked by whoever reads."""
    given = address.strip()
    kind, slashes, rest = given.partition("://")
    kind = kind.lower() if slashes else ""
    if kind in ("webcal", "webcals"):
        given = f"https://{rest}"
    elif kind in ("http", "file"):
        raise Trouble(kind)
    parts = _parts(given)
    if parts.username is not None:
        raise Trouble("name_inside")
    if _is_nearby(host_of(given), allowed):
        raise Trouble("private")
    return given


def _is_nearby(host: str, allowed: Collection[str]) -> bool:
    """Known without asking anybody."""
    number = _number(host)
    nearby = f".{host.rstrip('.')}".endswith(tuple(f".{name}" for name in AT_HOME))
    return host not in allowed and (nearby or bool(number and not is_public(number)))


def _number(host: str) -> str:
    """A host that is a number, as such numbers are mostly written: 127.1 and 0x7f000001 are
    127.0.0.1. Empty for a name."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        fine = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError as error:
        raise Trouble("no_address") from error
    if not fine or not address.isprintable() or " " in address:
        raise Trouble("no_address")
    return parts


def host_of(address: str) -> str:
    """The name of the machine, which is all that is ever shown."""
    return _parts(address).hostname or ""


def target(address: str, allowed: Collection[str] = ()) -> Target:
    """Where an address leads. A host that the hub has named may be in its own network."""
    parts = _parts(address)
    host, port = parts.hostname or "", parts.port or HTTPS
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), PLAIN)
    found = _resolved(host, port)
    if host not in allowed and not all(is_public(sockaddr[0]) for _family, sockaddr in found):
        raise Trouble("private")
    return Target(host, port, path, *found[0])


def _resolved(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        unknown = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
        raise Trouble("no_server" if unknown else "unreachable") from error
    return [(row[0], row[4]) for row in rows]


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, whichever way it is written."""
    try:
        one = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    hidden = one.version == 6 and any(one in net for net in TRANSLATED)
    return one.is_global and not one.is_multicast and not hidden
