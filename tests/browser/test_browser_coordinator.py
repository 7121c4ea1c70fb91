"""The chain, end to end: the worker with 4 of 10 is noticed, helped, and counted.

The coordinator, the worker, her supervisor and her manager each look through their own window;
mail goes through a real server, and the calendars are fetched over HTTP.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, demo, schedule, workbook
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import Entitlement, Person, Session
from supervisor.models.engine import writing
from tests.browser.site import DESK, Site, Visitor
from tests.mail_server import MailServer, mail_server, words

TUESDAY = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def mailboxes() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def site(app: Flask, mailboxes: MailServer) -> Iterator[Site]:
    """The demo district on the Tuesday of its last week, served, with a mail server."""
    clock.set_to(TUESDAY)
    with writing():
        workbook.import_workbook(db.session(), demo.DISTRICT, TUESDAY, add_words=True)
        db.session.commit()
        db.session.remove()
    with Site.served(app) as site:
        site.configure(smtp_host="127.0.0.1", smtp_port=mailboxes.port)
        yield site


def starts_in(site: Site, ref: str) -> list[datetime]:
    """The sessions in this person's calendar, as another program fetches and reads it."""
    with site.store() as store:
        person = store.scalars(select(Person).where(Person.ref == ref)).one()
        token = feeds.make_feed(store, person, "Outlook", clock.now())
    with urlopen(f"{site.url}/feeds/{token}.ics") as answer:
        calendar = icalendar.Calendar.from_ical(answer.read())
    return [event["DTSTART"].dt.astimezone(UTC) for event in calendar.walk("VEVENT")]


def newest_session(site: Site) -> tuple[str, datetime, timedelta]:
    """What was booked: its id, when it starts and how long it lasts."""
    with site.store() as store:
        query = select(Session).join(Entitlement).where(Entitlement.ref == "marama-peer")
        booked = store.scalars(query.order_by(Session.id.desc())).first()
        assert booked
        return booked.ref, booked.starts_at, timedelta(minutes=booked.minutes)


def work(site: Site) -> None:
    """One round of the worker process."""
    with site.app.app_context():
        schedule.run_all(clock.now())
        db.session.remove()


def counted_by(manager: Visitor) -> str:
    """Marama's row of the manager's table."""
    rows = manager.goto("/team").locator("tr", has_text="Marama Tūhoro")
    return re.sub(r"\s+", " ", rows.filter(has_text="eer supervision").first.inner_text())


def test_ten_contracted_become_one_more_delivered(
    site: Site, visit: Callable[..., Visitor], mailboxes: MailServer
) -> None:
    lia, heather = visit(DESK).signed_in("lia"), visit().signed_in("heather")
    assert "4 of 10" in counted_by(heather)

    behind = lia.goto("/today").locator("section", has=lia.page.locator("#behind"))
    row = behind.locator("li", has_text="Marama Tūhoro").first
    assert "4 of 10 done" in row.inner_text()
    row.get_by_role("button", name="Book").first.click()
    assert "Booked for Marama Tūhoro and Mihirangi" in lia.text

    ref, start, length = newest_session(site)
    work(site)
    for person in ("marama", "mihirangi"):
        address = address_of(site, person)
        assert start in starts_in(site, person)
        letters = [mail for mail in mailboxes.to(address) if f"/sessions/{ref}" in words(mail)]
        assert len(letters) == 1

    marama, mihirangi = visit().signed_in("marama"), visit().signed_in("mihirangi")
    for visitor in (marama, mihirangi):
        assert visitor.goto(f"/sessions/{ref}").locator("h1").is_visible()
    assert marama.goto("/support").locator(f"a[href='/sessions/{ref}']").count() >= 1
    assert mihirangi.goto("/week").locator(f"a[href='/sessions/{ref}']").count() >= 1

    clock.set_to(start + length + AN_HOUR)
    marama.goto("/support")
    marama.tap("Answer now")
    marama.tap("Yes")
    assert "4 of 10" in counted_by(heather)
    mihirangi.goto("/week")
    mihirangi.page.locator("li", has_text="Marama Tūhoro").get_by_role(
        "button", name="Yes, we met"
    ).first.click()
    assert "5 of 10" in counted_by(heather)


def address_of(site: Site, ref: str) -> str:
    with site.store() as store:
        email = store.scalars(select(Person.email).where(Person.ref == ref)).one()
    assert email
    return email
