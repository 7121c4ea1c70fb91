"""Every route, asked by everyone: what is not theirs is a 404, and looking changes nothing.

The tables are held against the URL map: a route without a line fails. A line names who gets in
when the thing asked for is Ben's; `everybody.py` says who the letters are. Everybody looks at
every page once for each engine, and the tests ask of that walk; what is posted is rolled back.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from supervisor.extensions import db
from supervisor.models import Job, PersonHat, Store
from supervisor.rules.kinds import Role
from tests.everybody import ALL, PARTS, routes, settle, url
from tests.walk import Walk, walk

WORKERS = "wse"
PUBLIC = {
    "static",
    "texts.take",
    "feeds.fetch",
    "feeds.holidays",
    "auth.sign_in",
    "auth.ask",
    "auth.show_link",
    "auth.use_link",
    "contact.show_email",
    "contact.use_email",
    "calendar_answers.show_link",
    "calendar_answers.use_link",
}
"""Open to whoever has the address; what each of them gives away is tested on its own page."""

GETS: dict[str, str] = {
    "absences.show": "c",
    "agreements.show": "cwp",
    "alerts.show": "c",
    "amendments.show": "c",
    "auth.devices": ALL,
    "auth.home": ALL,
    "auth.nothing": ALL,
    "busy.show": ALL,
    "capacity.show": "c",
    "choices.show": "cw",
    "collaboratives.show": "c",
    "conflicts.behalf": "c",
    "conflicts.mine": ALL,
    "contact.mine": "cw",
    "cultures.show": "",
    "debriefs.asked": "p",
    "debriefs.show": WORKERS,
    "debriefs.show_for": "c",
    "employers.show": "c",
    "erasures.second": "cf",
    "erasures.show": "c",
    "exceptions.form": "c",
    "exceptions.index": "c",
    "exceptions.show": "cf",
    "exceptions.why_not": "c",
    "feeds.hours": ALL,
    "feeds.show": ALL,
    "forming.index": "c",
    "forming.show": "c",
    "group_wishes.show": "cw",
    "group_agreements.show": "cwf",
    "group_endings.ask_close": "c",
    "group_endings.ask_merge": "c",
    "group_endings.sisters": "c",
    "rota.show": "cf",
    "groups.ask_leave": "w",
    "groups.index": ALL,
    "groups.joinables": "wpsex",
    "groups.show": "cwf",
    "brought_hours.show": "cw",
    "hours.show": "cw",
    "identity.mine": ALL,
    "leaving.show": "c",
    "letters.html": "c",
    "letters.index": "c",
    "letters.show": "c",
    "leave.mine": "wsepx",
    "limits.show": "c",
    "matches.choices": "cw",
    "matches.show": "cwp",
    "meeting_rooms.ask_retire": "c",
    "meeting_rooms.index": "c",
    "meeting_rooms.show": "c",
    "meetings.ask_cancel": "cf",
    "meetings.index": "cwf",
    "meetings.show": "cwf",
    "meetings.times": "cf",
    "messages.index": "c",
    "nominations.mine": "cw",
    "nominations.show": "c",
    "open_days.booking": "cw",
    "open_days.days": "cw",
    "open_days.visits": "cw",
    "own_limits.mine": "px",
    "people.ask_leave": "c",
    "people.index": "c",
    "people.shortlist": "c",
    "periods.due": "c",
    "periods.examples": "c",
    "periods.show": "c",
    "people.show": "c",
    "providers.show": "c",
    "privacy.mine": ALL,
    "pulse.show": WORKERS,
    "questions.show": "c",
    "recruit.show": "c",
    "reports.download": "c",
    "reports.index": "c",
    "reports.show": "c",
    "room_choices.of_meeting": "cf",
    "room_choices.of_session": "c",
    "searches.show": "c",
    "seats.ask_end": "c",
    "seats.of_person": "c",
    "delivery.show": "cwp",
    "series.show": "cwp",
    "sessions.file": "wp",
    "sessions.move_times": "cwp",
    "sessions.show": "cwp",
    "sessions.times": "cwp",
    "settings.group": "c",
    "sooner.show": "cw",
    "settings.show": "c",
    "support.manager_view": WORKERS,
    "support.past": "cwp",
    "support.show": WORKERS,
    "swaps.form": "cwp",
    "swaps.show": "cwp",
    "team.download": "mo",
    "team.show": "mo",
    "today.show": "c",
    "totals.download": "ct",
    "totals.show": "ct",
    "trail.show": "c",
    "videos.show": "cw",
    "visits.show": "w",
    "workplace.mine": WORKERS,
    "workplace.of_person": "c",
    "workplace.show": "cwm",
    "week.show": "px",
}
POSTS: dict[str, str] = {
    "room_choices.pick_for_meeting": "cf",
    "room_choices.pick_for_session": "c",
    "agreements.change": "cwp",
    "agreements.review": "cwp",
    "agreements.sign": "cwp",
    "alerts.acknowledge": "c",
    "alerts.hand_over": "c",
    "alerts.snooze": "c",
    "amendments.amend": "c",
    "periods.extend": "c",
    "periods.renew": "c",
    "periods.renew_all": "c",
    "auth.end_device": "",
    "auth.language": ALL,
    "auth.sign_out": ALL,
    "busy.add": ALL,
    "busy.end": "w",
    "busy.look": "w",
    "choices.rank": "cw",
    "choices.undo": "cw",
    "collaboratives.begin": "c",
    "conflicts.declare": ALL,
    "conflicts.declare_for": "c",
    "conflicts.take_back": "w",
    "contact.change": "cw",
    "contact.keep_email": "cw",
    "contact.mended": "cw",
    "cultures.choose": "",
    "debriefs.accept": "p",
    "debriefs.ask": WORKERS,
    "debriefs.ask_for": "c",
    "debriefs.ask_others": "c",
    "debriefs.decline": "p",
    "debriefs.stop": WORKERS,
    "debriefs.stop_for": "",
    "debriefs.talked": WORKERS,
    "debriefs.talked_for": "",
    "debriefs.talked_too": "",
    "erasures.answer": "cf",
    "erasures.hold": "c",
    "erasures.lift": "c",
    "erasures.put": "c",
    "exceptions.answer": "f",
    "exceptions.ask": "c",
    "exceptions.end": "cf",
    "feeds.end": "",
    "feeds.invite": ALL,
    "feeds.level": ALL,
    "feeds.make": ALL,
    "feeds.renew": "",
    "forming.ask": "c",
    "forming.make": "c",
    "group_wishes.ask": "cw",
    "group_wishes.take_back": "cw",
    "group_agreements.say_yes": "",
    "group_agreements.write": "cf",
    "group_endings.close": "c",
    "group_endings.merge": "c",
    "group_endings.reopen": "",
    "rota.ask": "c",
    "rota.begin": "cf",
    "rota.give": "",
    "rota.pass_on": "f",
    "rota.release": "cf",
    "groups.come_back": "",
    "groups.join": "wpsex",
    "groups.leave": "w",
    "groups.rename": "c",
    "groups.visit": "wpsex",
    "brought_hours.bring": "cw",
    "hours.change": "cw",
    "identity.say": ALL,
    "leaving.leave": "c",
    "leaving.take_back": "c",
    "leave.record": "wsepx",
    "leave.take_back": "wsepx",
    "limits.change": "c",
    "matches.accept": "cp",
    "matches.choose": "cw",
    "matches.decline": "cwp",
    "matches.end": "cwp",
    "matches.remind": "c",
    "matches.take_back": "cw",
    "meetings.answer": "w",
    "meetings.answer_for": "",
    "meetings.ask": "cf",
    "meetings.cancel": "cf",
    "meetings.go_ahead": "cf",
    "meetings.mark": "cf",
    "meetings.mark_mine": "cwf",
    "meeting_rooms.add": "c",
    "meeting_rooms.change": "c",
    "meeting_rooms.retire": "c",
    "meeting_rooms.use_again": "c",
    "meetings.move": "cf",
    "meetings.restore": "cf",
    "messages.hand_over": "c",
    "messages.let_go": "c",
    "messages.try_again": "c",
    "messages.try_all_again": "c",
    "nominations.accept": "c",
    "nominations.decline": "c",
    "nominations.nominate": "cw",
    "nominations.take_back": "cw",
    "nominations.vet": "c",
    "open_days.apply": "cw",
    "open_days.change_booking": "cw",
    "open_days.change_days": "cw",
    "open_days.change_visits": "cw",
    "own_limits.change": "px",
    "videos.write": "cw",
    "workplace.forget": "cwm",
    "workplace.name_buddy": "cwm",
    "workplace.note": "cwm",
    "workplace.tick": "cwm",
    "people.offer": "c",
    "people.record_leave": "c",
    "employers.change": "c",
    "employers.take_back": "c",
    "people.take_back_leave": "c",
    "privacy.ask": ALL,
    "privacy.copy": ALL,
    "privacy.take_back": ALL,
    "pulse.answer": WORKERS,
    "pulse.begin_again": WORKERS,
    "pulse.put_away": WORKERS,
    "pulse.stop": WORKERS,
    "questions.answer": "c",
    "recruit.ask": "c",
    "searches.ask": "c",
    "searches.send": "c",
    "seats.end": "c",
    "seats.give": "c",
    "seats.lead": "c",
    "seats.offer": "cf",
    "series.book": "cwp",
    "sessions.book": "cwp",
    "sessions.cancel": "cwp",
    "delivery.correct": "cwp",
    "delivery.undo": "cwp",
    "delivery.confirm": "cwp",
    "packs.make": "c",
    "plans.keep": "cwp",
    "plans.let": "wp",
    "sessions.move": "cwp",
    "sessions.restore": "cwp",
    "settings.change": "c",
    "sooner.accept": "cw",
    "sooner.decline": "cw",
    "sooner.unwish": "cw",
    "sooner.wish": "cw",
    "swaps.agree": "cw",
    "swaps.ask": "cwp",
    "swaps.close": "cwp",
    "swaps.turn": "c",
    "swaps.vet": "c",
    "calendar_answers.settle": "c",
    "reports.order": "c",
    "reports.stop": "c",
    "team.order": "mo",
    "team.question": "mo",
    "team.stop": "mo",
    "texts.settle": "c",
    "today.book": "c",
    "today.decide_manager": "c",
    "today.offer_times": "c",
    "today.remind": "c",
    "today.settle": "c",
    "today.settle_mark": "c",
    "trail.check": "c",
    "trail.check_standings": "c",
    "visits.answer": "w",
    "visits.join": "cf",
}
HTML = {"text/html"}
TABLES = pytest.mark.parametrize(
    ("method", "table"), [("GET", GETS), ("POST", POSTS)], ids=["GET", "POST"]
)


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


WALKS: dict[Flask, Walk] = {}


@pytest.fixture
def walked(app: Flask, theirs: SimpleNamespace, sign_in) -> Walk:
    """The walk on this engine, made when it is first asked for."""
    if app not in WALKS:
        WALKS[app] = walk(app, theirs, sign_in)
    return WALKS[app]


NO = dict.fromkeys(("agreed", "came", "coming", "lets", "right", "yes"), "no")
"""What asks yes or no is told no, so that the act itself says whether it is theirs."""


@pytest.fixture
def ask(theirs: SimpleNamespace, sign_in) -> Callable[..., int]:
    """Ask as somebody, keeping nothing of what it does; the status of the answer."""
    browsers: dict[str, FlaskClient] = {}

    def asked(name: str, address: str, method: str) -> int:
        browser = browsers.pop(name, None) or sign_in(getattr(theirs, name))
        with kept_by_nobody():
            status = browser.open(address, method=method, data=NO).status_code
        if address != "/sign-out":
            browsers[name] = browser
        return status

    return asked


@contextmanager
def kept_by_nobody() -> Iterator[None]:
    """What is committed in here is only flushed, and rolled back at the end."""
    store = db.session()
    really, store.commit = store.commit, store.flush
    try:
        yield
    finally:
        store.commit = really
        store.rollback()


@TABLES
def test_every_route_has_a_line(app: Flask, method: str, table: dict[str, str]) -> None:
    assert {rule.endpoint for rule in routes(app, method)} - PUBLIC == set(table)


def test_what_is_not_theirs_is_not_there_to_see(walked: Walk) -> None:
    assert mistaken(walked.answers, GETS) == []


def test_what_is_not_theirs_is_not_there_to_do(app: Flask, ask: Callable[..., int]) -> None:
    answers = {
        (rule.endpoint, part): ask(name, url(rule), "POST")
        for rule in routes(app, "POST")
        if rule.endpoint not in PUBLIC
        for part, name in PARTS.items()
    }
    assert mistaken(answers, POSTS) == []


def mistaken(
    answers: dict[tuple[str, str], int], table: dict[str, str]
) -> list[tuple[str, str, int]]:
    """Where an answer is not what its line says: a 404 for all who are not in it."""
    return [
        (endpoint, part, status)
        for (endpoint, part), status in answers.items()
        if endpoint not in PUBLIC
        and ((status != 404) != (part in table[endpoint]) or status >= 500)
    ]


@TABLES
def test_what_does_not_exist_reads_like_what_is_not_theirs(
    app: Flask, ask: Callable[..., int], method: str, table: dict[str, str]
) -> None:
    found = [
        (rule.endpoint, name, status)
        for rule in routes(app, method)
        if rule.endpoint not in PUBLIC and "<" in rule.rule
        for name in ("cleo", "ben", "dan")
        for address in [url(rule, nobodys="nobody").replace("/managers/1", "/managers/999999")]
        if (status := ask(name, address, method)) != 404
    ]
    assert found == []


def test_looking_changes_nothing(walked: Walk) -> None:
    assert walked.changed == []


def test_every_page_is_whole_for_everyone(app: Flask, walked: Walk) -> None:
    """Rendered, not only compiled: a name that a page does not know would throw."""
    assert [asked for asked, status in walked.answers.items() if status >= 500] == []
    seen = {endpoint for (endpoint, _part), status in walked.answers.items() if status == 200}
    elsewhere = {
        "auth.home", "calendar_answers.show_link", "feeds.fetch", "feeds.holidays",
        "cultures.show", "series.show",
        "people.ask_leave", "totals.download",
    }  # fmt: skip
    assert {rule.endpoint for rule in routes(app, "GET")} - seen <= elsewhere


def test_what_is_wrong_with_the_machinery_is_on_every_page_of_the_hub(
    app: Flask, theirs, sign_in
) -> None:
    """No worker process has run here. A letter that is shown alone is no page."""
    cleo = sign_in(theirs.cleo)
    pages = {
        rule.endpoint: cleo.get(url(rule))
        for rule in routes(app, "GET")
        if "c" in GETS.get(rule.endpoint, "")
    }
    seen = {name: p for name, p in pages.items() if p.status_code == 200 and p.mimetype in HTML}
    assert len(seen) > 60
    without = {name for name, page in seen.items() if "is not running" not in page.text}
    assert without == {"letters.html"}
    assert all("Ask whoever looks after" in seen[name].text for name in seen.keys() - without)


def test_of_two_employers_only_the_one_that_pays_sees_that_it_was_delivered(
    store: Store, theirs, sign_in
) -> None:
    """Ben works at Lakes, which pays, and at Harbour House under Rua."""
    theirs.entitlement.payer = "lakes"
    store.add(Job(person=theirs.ben, organisation=theirs.harbour, role=Role.EDUCATOR,
                  manager=theirs.rua))  # fmt: skip
    store.commit()
    mere, rua, ben = (sign_in(p) for p in (theirs.mere, theirs.rua, theirs.ben))
    for path in ("/team", "/team/delivery.csv"):
        assert "Ben Harris" in supervision(mere.get(path).text)
        assert "Ben Harris" not in supervision(rua.get(path).text)
    assert "Ben Harris" in ben.get("/support/manager").text
    theirs.entitlement.payer = "harbour"
    store.commit()
    assert "Ben Harris" not in supervision(mere.get("/team").text)
    assert "Ben Harris" in supervision(rua.get("/team").text)


def supervision(page: str) -> str:
    """A manager's page without their own 1:1s, which they hold with everybody of theirs."""
    return re.sub(r'<section[^>]*labelledby="ones".*?</section>', "", page, flags=re.DOTALL)


def test_a_manager_reads_neither_provider_nor_culture_nor_dates(
    store: Store, theirs, sign_in
) -> None:
    mere = sign_in(theirs.mere)
    for path in ("/team", "/team/delivery.csv", "/team/delivery.json"):
        seen = mere.get(path).text
        assert "Ana Rewi" not in seen
        assert "17 February" not in seen
        assert "2027-02-17" not in seen


def test_who_supervised_them_before_sees_their_own_meetings_and_nothing_after(
    store: Store, theirs, sign_in
) -> None:
    theirs.match.ends_on = date(2027, 2, 9)
    store.commit()
    ana = sign_in(theirs.ana)
    past = ana.get("/sessions/session-0")
    assert past.status_code == 200
    assert "The year now" not in past.text
    assert ana.get("/entitlements/ben-2027/times").status_code == 404
    assert "Ben Harris" not in ana.get("/week").text.split("My people")[1]


def test_a_role_that_ends_ends_at_the_next_request(store: Store, theirs, sign_in) -> None:
    cleo, mere = sign_in(theirs.cleo), sign_in(theirs.mere)
    assert (cleo.get("/today").status_code, mere.get("/team").status_code) == (200, 200)
    store.execute(delete(PersonHat))
    for job in (*theirs.ben.jobs, *theirs.eve.jobs):
        job.ends_on = date(2027, 2, 9)
    store.commit()
    assert (cleo.get("/today").status_code, mere.get("/team").status_code) == (404, 404)
