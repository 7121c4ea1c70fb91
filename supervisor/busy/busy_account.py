"""An account at a server of calendars (CalDAV, RFC 4791): which calendars it has, and what of them
falls into a window. Only names that say when are asked for, and every answer is distrusted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from supervisor.busy.busy_fetch import OCTETS, Fetched, Request, fetch
from supervisor.busy.busy_guard import Trouble, host_of

CALENDARS, PATIENCE = 20, 20
"""More than that nobody looks at, and no longer for all of them, in seconds."""
DAV, CAL, MARKS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
SPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
)
FIND = (
    f"<D:propfind {SPACES}><D:prop><D:resourcetype/><D:current-user-principal/>"
    "<C:calendar-home-set/></D:prop></D:propfind>"
)
LIST = (
    f"<D:propfind {SPACES}><D:prop><D:resourcetype/><S:getctag/><D:sync-token/>"
    "<C:schedule-calendar-transp/></D:prop></D:propfind>"
)
SAID = {"shut": "password", "gone": "no_account"}
"""What an answer means where an account was asked for."""
MOVED = ("no_account", "forbidden", "detours", "elsewhere")
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


@dataclass(frozen=True)
class Home:
    """Where an account keeps its calendars, once that is known; `alone` where the address is of
    one calendar by itself."""

    address: str = field(default="", repr=False)
    alone: bool = False


def read_account(
    request: Request, since: datetime, until: datetime, home: Home, marks: str | None = None
) -> tuple[Fetched, Home]:
    """All calendars of an account, or the one that its address names, as one file.

    Where their home is known one small question tells whether anything is new: with the same
    `marks` as before (their ctags or sync tokens, RFC 6578) it is a 304, and nothing is read.
    """
    request = replace(request, until=monotonic() + PATIENCE)
    home, some = _listed(request, home)
    new = _marks(some)
    if new is not None and new == marks:
        return Fetched(304, b"", new), home
    query = QUERY % tuple(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (since, until))
    asked = replace(request, body=query.encode())
    addresses = [_href(one, home.address) for one in some if not _is_see_through(one)]
    found = b"".join(data for one in addresses for data in _data(replace(asked, address=one)))
    if len(found) > OCTETS:
        raise Trouble("too_big")
    return Fetched(200, found or EMPTY, new), home


def _listed(request: Request, home: Home) -> tuple[Home, list[Element]]:
    """The calendars; one that has moved is looked for once more from the beginning."""
    if home.address:
        try:
            return home, _calendars(request, home)
        except Trouble as trouble:
            if trouble.why not in MOVED:
                raise
    found = _home(request)
    return found, _calendars(request, found)


def _home(request: Request) -> Home:
    """By way of who the account is (RFC 5397) and where it keeps calendars (section 6.2.1)."""
    address = _begins(request)
    for name in (f"{DAV}current-user-principal", f"{CAL}calendar-home-set"):
        answer = _found(replace(request, address=address), 0, FIND)
        if _is_calendar(answer):
            return Home(address, alone=True)
        address = _link(answer, name, address) or address
    return Home(address)


def _calendars(request: Request, home: Home) -> list[Element]:
    there = replace(request, address=home.address)
    answer = _found(there, 0 if home.alone else 1, LIST)
    some = [one for one in answer.iter(f"{DAV}response") if _is_calendar(one)]
    return some[:CALENDARS]


def _marks(some: list[Element]) -> str | None:
    """What changes whenever one of them does; None where one of them says nothing of it."""
    each = [(one.findtext(f"{DAV}href"), _mark(one), _is_see_through(one)) for one in some]
    if not all(mark for _href, mark, _free in each):
        return None
    return hashlib.sha256(repr(sorted(each)).encode()).hexdigest()


def _mark(one: Element) -> str:
    names = (f"{MARKS}getctag", f"{DAV}sync-token")
    return next((text for name in names if (text := one.findtext(f".//{name}"))), "")


def _is_see_through(one: Element) -> bool:
    """A calendar that makes nobody busy (RFC 6638 section 9.1)."""
    return one.find(f".//{CAL}schedule-calendar-transp/{CAL}transparent") is not None


def _begins(request: Request) -> str:
    """The name of a server alone leads on by its well-known address (RFC 6764 section 5), where it
    has one."""
    if urlsplit(request.address).path not in ("", "/"):
        return request.address
    known = urljoin(request.address, "/.well-known/caldav")
    try:
        _found(replace(request, address=known), 0, FIND)
    except Trouble as trouble:
        if trouble.why in ("password", "private", "elsewhere"):
            raise
        return request.address
    return known


def _found(request: Request, depth: int, wanted: str) -> Element:
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    return _asked(replace(request, method="PROPFIND", headers=headers, body=wanted.encode()))


def _asked(request: Request) -> Element:
    try:
        octets = fetch(request).octets
        root: Element = fromstring(octets)
        return root
    except Trouble as trouble:
        raise Trouble(SAID.get(trouble.why, trouble.why)) from trouble
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
        raise Trouble("elsewhere")
    return address


def _data(request: Request) -> Iterator[bytes]:
    """What falls into the window (section 7.8), each entry as a file of its own."""
    headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
    answer = _asked(replace(request, method="REPORT", headers=headers))
    for one in answer.iter(f"{CAL}calendar-data"):
        yield (one.text or "").encode() + b"\r\n"
