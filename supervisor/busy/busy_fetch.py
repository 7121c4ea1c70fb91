"""One request to a stranger's calendar: https alone, five seconds, a megabyte, no detours.

The connection goes to the address that was checked; each redirect is checked anew.
"""

import http.client
import socket
import ssl
import zlib
from base64 import b64encode
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from math import inf
from threading import Timer
from time import monotonic
from urllib.parse import urljoin

from supervisor.busy.busy_guard import Target, Trouble, host_of, target

SECONDS, OCTETS, DETOURS = 5, 1_000_000, 3
MOVED = (301, 302, 303, 307, 308)
BROKEN = 500
SAYS: dict[int, str] = {
    401: "shut", 403: "forbidden", 404: "gone", 405: "no_account", 410: "gone", 429: "later",
    501: "no_account", 503: "later",
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What is asked of an address, of which machines of its own network the hub allows it, and
    until when it may be asked at all."""

    address: str = field(repr=False)
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    allowed: Collection[str] = ()
    until: float = inf


@dataclass(frozen=True)
class Fetched:
    """What came back; `octets` are empty where nothing is new (304)."""

    status: int
    octets: bytes
    etag: str | None = None
    modified: str | None = None


def fetch(request: Request) -> Fetched:
    """Ask once. Raises Trouble."""
    for _ in range(DETOURS + 1):
        if monotonic() > request.until:
            raise Trouble("unreachable")
        where = target(request.address, request.allowed)
        answer, moved = _asked(request, where)
        if not moved:
            return answer
        request = _moved(request, where, moved)
    raise Trouble("detours")


def _moved(request: Request, where: Target, address: str) -> Request:
    """To another machine go neither name nor password: without them it need not be asked."""
    there = urljoin(request.address, address)
    host = _host(there)
    if request.user and host != where.host:
        raise Trouble("elsewhere")
    return replace(request, address=there)


def _host(address: str) -> str:
    """Of an address that a stranger names."""
    try:
        return host_of(address)
    except Trouble as trouble:
        raise Trouble("detours") from trouble


def _asked(request: Request, where: Target) -> tuple[Fetched, str]:
    try:
        with _connected(where) as connection:
            connection.request(request.method, where.path, request.body or None, _headers(request))
            with closing(connection.getresponse()) as answer:
                return _answer(answer)
    except ssl.SSLCertVerificationError as error:
        raise Trouble("certificate") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Trouble("unreachable") from error


def _headers(request: Request) -> dict[str, str]:
    usual = {
        "Accept": "text/calendar, application/xml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "gzip, identity",
        "User-Agent": "supervision-hub",
    }
    if request.user:
        pair = b64encode(f"{request.user}:{request.password}".encode()).decode()
        usual["Authorization"] = f"Basic {pair}"
    return usual | request.headers


@contextmanager
def _connected(where: Target) -> Iterator[http.client.HTTPSConnection]:
    """A connection to the checked address, whose socket is shut after the seconds are over,
    however slowly the other end drips."""
    raw = socket.socket(where.family, socket.SOCK_STREAM)
    held = [raw]
    over = Timer(SECONDS, _shut, (held,))
    over.daemon = True
    over.start()
    connection = http.client.HTTPSConnection(where.host, where.port)
    try:
        raw.settimeout(SECONDS)
        raw.connect(where.sockaddr)
        connection.sock = _secured(raw, where.host, held)
        yield connection
    finally:
        over.cancel()
        connection.close()
        for one in held:
            one.close()


def _secured(raw: socket.socket, host: str, held: list[socket.socket]) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    secure = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
    held.append(secure)
    secure.do_handshake()
    return secure


def _shut(held: list[socket.socket]) -> None:
    """Whoever reads from them reads the end. What TLS has wrapped is shut below it."""
    for one in held:
        with suppress(OSError):
            socket.socket.shutdown(one, socket.SHUT_RDWR)


def _answer(answer: http.client.HTTPResponse) -> tuple[Fetched, str]:
    status, moved = answer.status, answer.getheader("Location") or ""
    if status in MOVED and moved:
        return Fetched(status, b""), moved
    if status not in (200, 207, 304):
        raise Trouble(SAYS.get(status, "unwell" if status >= BROKEN else "refused"))
    octets = b"" if status == 304 else _octets(answer)
    tags = answer.getheader("ETag"), answer.getheader("Last-Modified")
    return Fetched(status, octets, *tags), ""


def _octets(answer: http.client.HTTPResponse) -> bytes:
    octets = answer.read(OCTETS + 1)
    if (answer.getheader("Content-Encoding") or "").lower() == "gzip":
        octets = _unpacked(octets)
    if len(octets) > OCTETS:
        raise Trouble("too_big")
    return octets


def _unpacked(octets: bytes) -> bytes:
    """No more is unpacked than is allowed, whatever is packed in it."""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(octets, OCTETS + 1)
    except zlib.error as error:
        raise Trouble("no_calendar") from error
