"""An account at a server of calendars (CalDAV, RFC 4791): which calendars it has, and what of them
falls into a window. Only names that say when are asked for, and every answer is distrusted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from supervisor.busy.busy_fetch import OCTETS, Request, fetch
from supervisor.busy.busy_guard import Trouble, host_of

CALENDARS = 20
"""More than that nobody looks at."""
DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
FIND = (
    f"<D:propfind {SPACES}><D:prop><D:resourcetype/><D:current-user-principal/>"
    "<C:calendar-home-set/></D:prop></D:propfind>"
)
WANTED = "".join(
    f'<C:prop name="{name}"/>'
    for name in (
        "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS",
    )
)  # fmt: skip
QUERY = (
    f"<C:calendar-query {SPACES}><D:prop><C:calendar-data>"
    f'<C:comp name="VCALENDAR"><C:comp name="VEVENT">{WANTED}</C:comp><C:comp name="VTIMEZONE"/>'
    '</C:comp></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
    '<C:comp-filter name="VEVENT"><C:time-range start="%s" end="%s"/></C:comp-filter>'
    "</C:comp-filter></C:filter></C:calendar-query>"
)
EMPTY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def read_account(request: Request, since: datetime, until: datetime) -> bytes:
    """All calendars of an account, or the one that its address names, as one file."""
    query = QUERY % tuple(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (since, until))
    found = b"".join(
        data
        for address in _calendars(request)
        for data in _data(replace(request, address=address, body=query.encode()))
    )
    if len(found) > OCTETS:
        raise Trouble("too_big")
    return found or EMPTY


def _calendars(request: Request) -> list[str]:
    """By way of who the account is (RFC 5397) and where it keeps calendars (section 6.2.1)."""
    address = _begins(request)
    for name in (f"{DAV}current-user-principal", f"{CAL}calendar-home-set"):
        answer = _found(replace(request, address=address), 0)
        if _is_calendar(answer):
            return [address]
        address = _link(answer, name, address) or address
    home = _found(replace(request, address=address), 1)
    some = [one for one in home.iter(f"{DAV}response") if _is_calendar(one)]
    return [_href(one, address) for one in some[:CALENDARS]]


def _begins(request: Request) -> str:
    """The name of a server alone leads on by its well-known address (RFC 6764 section 5), where it
    has one."""
    if urlsplit(request.address).path not in ("", "/"):
        return request.address
    known = urljoin(request.address, "/.well-known/caldav")
    try:
        _found(replace(request, address=known), 0)
    except Trouble as trouble:
        if trouble.why in ("password", "private"):
            raise
        return request.address
    return known


def _found(request: Request, depth: int) -> Element:
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    return _asked(replace(request, method="PROPFIND", headers=headers, body=FIND.encode()))


def _asked(request: Request) -> Element:
    try:
        octets = fetch(request).octets
        root: Element = fromstring(octets)
        return root
    except Trouble as trouble:
        raise Trouble("password" if trouble.why == "shut" else trouble.why) from trouble
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Trouble("no_account") from error


def _is_calendar(answer: Element) -> bool:
    return answer.find(f".//{DAV}resourcetype/{CAL}calendar") is not None


def _link(answer: Element, name: str, base: str) -> str | None:
    found = answer.find(f".//{name}/{DAV}href")
    return None if found is None else _joined(base, found.text or "")


def _href(answer: Element, base: str) -> str:
    return _joined(base, answer.findtext(f"{DAV}href") or "")


def _joined(base: str, link: str) -> str:
    """On the same machine: no other one is given the password."""
    address = urljoin(base, link)
    if host_of(address) != host_of(base):
        raise Trouble("detours")
    return address


def _data(request: Request) -> Iterator[bytes]:
    """What falls into the window (section 7.8), each entry as a file of its own."""
    headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
    answer = _asked(replace(request, method="REPORT", headers=headers))
    for one in answer.iter(f"{CAL}calendar-data"):
        yield (one.text or "").encode() + b"\r\n"
