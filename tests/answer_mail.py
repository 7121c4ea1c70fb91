"""A meeting, and the answer to its invitation as a phone sends it."""

from email.message import EmailMessage

import pytest

from supervisor import clock
from supervisor.models import Session, Store
from supervisor.plus_address import PlusAddress, signed
from supervisor.rules.kinds import Mode
from supervisor.sessions import sessions
from tests.test_sessions import at


def booked(store: Store, cast) -> Session:
    """Ben meets Ana by video on 24 February at ten."""
    found = sessions.book(
        store, cast.entitlement, at(2, 24, 10), Mode.VIDEO, cast.cleo, clock.now()
    )
    store.commit()
    return found


@pytest.fixture
def session(store: Store, cast) -> Session:
    return booked(store, cast)


def no(session: Session, person, to_header: bool = True) -> EmailMessage:
    """Ben's no, as a phone sends it."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = person.email, "Declined: Meeting"
    if to_header:
        mail["To"] = address(session, person)
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{session.uid}\r\nSEQUENCE:{session.sequence}\r\nDTSTAMP:20270209T210000Z\r\n"
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{person.email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail.set_content("No")
    mail.add_alternative(text.encode(), "text", "calendar", params={"method": "REPLY"})
    return mail


def address(session: Session, person) -> str:
    return signed("test", "hub@localhost", PlusAddress("session", session.id, person.id))
