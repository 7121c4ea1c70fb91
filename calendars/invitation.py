"""Invitations by mail (iTIP, RFC 5546; iMIP, RFC 6047): one event, one attendee, one method."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import icalendar

from calendars.event import Event, Value, render
from calendars.feed import product
from calendars.text import clean, line
from calendars.zones import vtimezone


class Method(StrEnum):
    """What an invitation does. A REQUEST that was sent before is changed by another one (RFC 5546
    section 3.2.2), and taken back by a CANCEL (section 3.2.5). Never a PUBLISH: to Outlook that is
    an attachment (MS-STANOICAL section 2.2.175)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Party:
    """Somebody by name and address."""

    name: str
    address: str


@dataclass(frozen=True)
class Invitation:
    """What one attendee is sent. All of `events` have one UID (RFC 5546 section 3.2.2): a series
    first and then what differs from it, or only those occurrences that changed.

    A CANCEL has the SEQUENCE of the change, higher than that of the REQUEST before. `answered` is
    what the attendee has said already, and still holds: what changed asks nothing of them (RFC
    5546 section 3.2.2.1). Empty: they are asked.
    """

    method: Method
    events: Sequence[Event]
    organizer: Party
    attendee: Party
    answered: str = ""


def text(invitation: Invitation, sent_at: datetime) -> bytes:
    """The calendar of a mail. DTSTAMP is when it is sent (RFC 5545 section 3.8.7.2): the same
    event in a feed says when it changed."""
    zones = {zone for event in invitation.events for zone in event.zones}
    people = _people(invitation)
    parts = [
        *product(),
        line("METHOD", invitation.method),
        *(vtimezone(zone) for zone in sorted(zones)),
        *(render(_as_sent(invitation, event), sent_at, people) for event in invitation.events),
        line("END", "VCALENDAR"),
    ]
    return b"".join(parts)


def _as_sent(invitation: Invitation, event: Event) -> Event:
    """A CANCEL of a series names it, and needs no rule."""
    if invitation.method is Method.CANCEL:
        return replace(event, repeats=None)
    return event


def _people(invitation: Invitation) -> list[Value]:
    """ORGANIZER and the one ATTENDEE (RFC 5545 sections 3.8.4.1 and 3.8.4.3): nobody reads here
    who else was invited. A CANCEL asks for no answer."""
    asked = {"ROLE": "REQ-PARTICIPANT"}
    if invitation.method is Method.REQUEST:
        rsvp = "FALSE" if invitation.answered else "TRUE"
        asked |= {"PARTSTAT": invitation.answered or "NEEDS-ACTION", "RSVP": rsvp}
    organizer: Value = ("ORGANIZER", _party(invitation.organizer, {}))
    return [organizer, ("ATTENDEE", _party(invitation.attendee, asked))]


def _party(party: Party, more: dict[str, str]) -> icalendar.vCalAddress:
    """A parameter can hold no double quote (RFC 5545 section 3.2) and no line break."""
    name = " ".join(clean(party.name).replace('"', "'").split())
    said = icalendar.vCalAddress(f"mailto:{party.address}")
    said.params = icalendar.Parameters({"CN": name, **more} if name else more)
    return said
