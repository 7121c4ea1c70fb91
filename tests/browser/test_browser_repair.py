"""A year that is put right: a week of illness, and nobody near enough. On a phone, no scripts."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock, schedule, searching
from supervisor.extensions import db
from supervisor.matches import matches
from supervisor.models import Conflict, Job, Match, MatchSearch, Person, Store, Trait
from supervisor.rules.kinds import MatchState, Mode, Role
from supervisor.sessions import sessions
from tests.browser.site import DESK, Site, Visitor
from tests.everybody import settle
from tests.mail_server import MailServer, mail_server, words
from tests.supervisors import dans_year, provider

MONDAY = timedelta(days=5)


@pytest.fixture
def cast(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """In the week from 15 February Ana meets Ben once and Dan twice; Kim and Sue have room."""
    settle(store, cast, now)
    owed = dans_year(store, cast, ref="dan-peer")
    store.add(
        Match(
            ref="dan-ana", entitlement=owed, provider=cast.ana, state=MatchState.ACTIVE,
            starts_on=date(2027, 1, 1),
        )
    )  # fmt: skip
    cast.kim = provider(store, cast, "kim", "Kim Wade")
    for at in (now + MONDAY, now + MONDAY + timedelta(days=3)):
        sessions.book(store, owed, at, Mode.VIDEO, cast.cleo, now)
    _hana_has_nobody_near(store, cast, now)
    store.commit()
    return cast


def _hana_has_nobody_near(store: Store, cast: SimpleNamespace, now: datetime) -> None:
    """Of the two in her town, Sue works where Hana does, and Tess would rather not meet her."""
    there = SimpleNamespace(dunedin=cast.cromwell, consumer=cast.consumer)
    sue, tess = (
        provider(store, there, *who) for who in (("sue", "Sue Hill"), ("tess", "Tess Orr"))
    )
    hana = Person(
        ref="hana", name="Hana Reid", email="hana@example.org", place=cast.cromwell,
        traits=[Trait(word=cast.consumer)],
    )  # fmt: skip
    for person in (sue, tess, hana):
        person.modes = [Mode.IN_PERSON, Mode.VIDEO]
    store.add_all(
        Job(person=one, organisation=cast.lakes, role=Role.PEER_SUPPORT_WORKER)
        for one in (sue, hana)
    )
    store.add(Conflict(ref="tess-apart", person_id=tess.id, name="Hana Reid", declared_at=now))
    owed = dans_year(store, SimpleNamespace(dan=hana), ref="hana-peer")
    matches.offer(store, owed, cast.kim, now, cast.cleo)


@pytest.fixture
def mailboxes() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def work(site: Site) -> None:
    """One round of the worker process."""
    with site.app.app_context():
        schedule.run_all(clock.now())
        while searching.for_matches(clock.now()):
            pass
        db.session.remove()


def test_a_week_of_illness_offers_all_other_times_and_cover_to_who_would_miss_two(
    site: Site, visit: Callable[..., Visitor], mailboxes: MailServer
) -> None:
    site.configure(smtp_host="127.0.0.1", smtp_port=mailboxes.port)
    ana = visit().signed_in("ana")
    ana.goto("/away")
    ana.page.get_by_label("First day away").fill("2027-02-15")
    ana.page.get_by_label("First day back").fill("2027-02-22")
    ana.tap("Save time away")
    ana.tap("Save and call off")
    assert "3 meetings in it are called off." in ana.text
    work(site)
    for who, said in (
        ("ben", "is called off"),
        ("dan", "These meetings with Ana Rewi are called off"),
    ):
        letters = [words(mail) for mail in mailboxes.to(f"{who}@example.org")]
        (told,) = [one for one in letters if said in one]
        assert "Choose" in told or "times" in told

    cleo = visit(DESK).signed_in("cleo")
    cleo.goto("/people/ana/leave/2027-02-15")
    assert "1 person would miss more than one meeting in a row" in cleo.text
    rows = cleo.page.locator("li", has=cleo.page.locator("h3"))
    ben, dan = (rows.filter(has_text=name).inner_text() for name in ("Ben Harris", "Dan Foley"))
    assert "Asked on 10 February 2027, with 3 other times." in ben
    assert "Find cover" not in ben
    assert "Would miss 2 in a row" in dan
    cleo.tap("Find cover for them")
    work(site)
    with site.store() as store:
        (row,) = store.query(MatchSearch).order_by(MatchSearch.id.desc()).first().rows
    assert row[0] == "dan-peer"
    cleo.tap("Look again")
    assert "Sue Hill" in cleo.text
    cleo.tap("Send these offers")
    cleo.goto("/people/ana/leave/2027-02-15")
    assert "Sue Hill was offered to help out." in cleo.text

    dan = visit().signed_in("dan")
    dan.goto("/support")
    dan.tap("Book a time")
    dan.pick("am")
    dan.tap("Book this time")
    assert "You are booked" in dan.text


def test_where_nobody_else_is_near_the_page_says_why_it_is_by_video_and_no_more(
    visit: Callable[..., Visitor],
) -> None:
    hana = visit().signed_in("hana")
    hana.tap("Choose somebody")
    assert "By video or phone, not in person" in hana.text
    assert "This support comes from somebody outside your work." in hana.text
    assert "Nobody who is available now is near enough to meet in person." in hana.text
    for private in ("Sue", "Tess", "Lakes", "employer", "conflict"):
        assert private not in hana.text
    hana.tap("Choose Kim")
    assert "We have asked Kim Wade." in hana.text
