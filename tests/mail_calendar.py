"""A calendar program of the tests, that lives on invitations alone (RFC 5546 section 3.2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import recurring_ical_events
from flask import Flask

from supervisor import clock, post
from supervisor.models import Store
from tests.mail_server import mail_server
from tests.readers import SINCE, UNTIL

Starts = set[Any]


@contextmanager
def carrying(app: Flask, store: Store) -> Iterator[Callable[[str], list[EmailMessage]]]:
    """A mail server, and what sends all that is due and tells what somebody got of it; what all
    got, where nobody is named."""
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)

        def carry(who: str) -> list[EmailMessage]:
            clock.set_to(clock.now() + timedelta(minutes=2))
            store.commit()
            post.deliver("a")
            mails = [m for m in server.mails if not who or m["To"] == f"{who}@example.org"]
            server.mails.clear()
            return mails

        yield carry


def part_of(mail: EmailMessage) -> EmailMessage | None:
    """What a calendar program reads of a mail: the last alternative."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    return parts[0] if parts else None


class MailCalendar:
    """Takes mails in the order in which they come, and shows what it has by then."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, Any], icalendar.Event] = {}
        self.numbers: dict[tuple[str, Any], int] = {}
        self.zones: dict[str, Any] = {}

    def take(self, mail: EmailMessage) -> str:
        """One mail; which method it had."""
        part = part_of(mail)
        if part is None:
            return ""
        calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
        assert calendar["METHOD"] == part.get_param("method")
        self.zones |= {str(zone["TZID"]): zone for zone in calendar.walk("VTIMEZONE")}
        for event in calendar.walk("VEVENT"):
            self._take(str(calendar["METHOD"]), event)
        return str(calendar["METHOD"])

    def _take(self, method: str, event: icalendar.Event) -> None:
        uid = str(event["UID"])
        at = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None
        known = self.numbers.get((uid, at), -1)
        assert int(event["SEQUENCE"]) >= known, "the number never falls"
        if method == "CANCEL":
            assert event["STATUS"] == "CANCELLED"
            assert int(event["SEQUENCE"]) > known
        self.numbers[uid, at] = int(event["SEQUENCE"])
        if at is None:
            for key in [key for key in self.events if key[0] == uid]:
                del self.events[key]
        if method != "CANCEL" or at is not None:
            self.events[uid, at] = event

    def calendar(self) -> icalendar.Calendar:
        """All that it has by now; a series goes before what differs from it."""
        calendar = icalendar.Calendar()
        in_order = sorted(self.events.values(), key=lambda event: "RECURRENCE-ID" in event)
        for component in (*self.zones.values(), *in_order):
            calendar.add_component(component)
        return calendar

    def starts(self) -> Starts:
        """When something is on, each under its UID."""
        found = recurring_ical_events.of(self.calendar()).between(SINCE, UNTIL)
        return {(str(e["UID"]), e.start) for e in found if e["STATUS"] != "CANCELLED"}
