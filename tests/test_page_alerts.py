"""An alert on screen: what it is about, its history, and what the coordinator can press."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, entitlements, letters, messages
from supervisor.alerts import alerts
from supervisor.alerts.alert_causes import Cause
from supervisor.alerts.alert_history import SENT
from supervisor.alerts.alert_kinds import CATALOGUE, KINDS, TROUBLE
from supervisor.models import (
    Alert,
    Audit,
    CatchUp,
    Entitlement,
    Group,
    Meeting,
    Message,
    PersonHat,
    Store,
)
from supervisor.rules.kinds import Channel, Hat, Side
from supervisor.zones import to_local
from tests.test_entitlements import at, held, said, session


@pytest.fixture
def behind(store: Store, cast: SimpleNamespace) -> Alert:
    """Ben is behind; it was noticed on the last day of April."""
    clock.set_to(at(4, 30))
    store.add(held(cast, 1, 15, confirmations=said(Side.WORKER, Side.PROVIDER)))
    entitlements.reassess(store, cast.entitlement, at(4, 30))
    alert = alerts.raise_one(store, cast.entitlement.id, at(4, 30))
    assert alert
    store.commit()
    return alert


OF_SESSIONS = {"not_confirmed", "disputed", "busy_clash"}


def address(alert: Alert, verb: str = "") -> str:
    return f"/alerts/{alert.ref}{verb}"


def log(page: str) -> list[str]:
    return re.findall(r"</time>(.*?)</li>", page)


def test_it_says_what_it_is_since_when_and_what_can_be_pressed(cast, sign_in, behind) -> None:
    page = sign_in(cast.cleo).get(address(behind)).text
    assert "<h1>Ben Harris is owed two meetings or more by now.</h1>" in page
    assert "It has been so since 20 April 2027." in page
    assert page.count('class="btn main"') == 1
    assert '<a class="btn main" href="/entitlements/ben-2027/times">' in page


def test_the_history_is_the_newest_first(store: Store, cast, sign_in, behind) -> None:
    """It was noticed at nine, and Cleo reads it three hours later."""
    browser = sign_in(cast.cleo)
    clock.set_to(at(4, 30, 12))
    to_ben = store.scalar(select(Message).where(Message.recipient_id == cast.ben.id))
    messages.sent([to_ben], at(4, 30, 10))
    store.commit()
    assert log(browser.get(address(behind)).text) == [
        "Cleo Martin read it.",
        "Email to Ben Harris.",
        "The message to Ana Rewi goes out.",
        "The message to Cleo Martin goes out.",
        "Noticed.",
    ]


def test_each_of_the_hub_is_noted_once_as_having_read_it(
    store: Store, cast, sign_in, behind
) -> None:
    cast.rua.hats = [PersonHat(hat=Hat.COORDINATOR)]
    for who in (cast.cleo, cast.rua, cast.cleo):
        page = sign_in(who).get(address(behind)).text
    assert log(page).count("Cleo Martin read it.") == log(page).count("Rua Finch read it.") == 1


def test_the_history_says_what_did_not_get_through(store: Store, cast, sign_in, behind) -> None:
    of = {m.recipient.ref: m for m in store.scalars(select(Message))}
    of["ben"].trouble, of["ana"].stopped_at = "421 try later", at(4, 30, 11)
    store.commit()
    page = sign_in(cast.cleo).get(address(behind)).text
    assert "The message to Ben Harris has not gone through yet. It is tried again." in log(page)
    said = "The message to Ana Rewi did not arrive. Please reach them another way."
    assert said in log(page)


def test_every_way_of_telling_has_its_line() -> None:
    assert set(SENT) == set(Channel)


def test_taking_it_in_hand_is_written_down(store: Store, cast, sign_in, behind) -> None:
    browser = sign_in(cast.cleo)
    answer = browser.post(address(behind, "/acknowledgement"), follow_redirects=True)
    assert "you have it in hand" in answer.text
    assert "Cleo Martin has it in hand." in log(answer.text)
    trail = store.scalars(select(Audit.verb).where(Audit.noun == "alert")).all()
    assert trail == ["acknowledge"]


def test_putting_it_off_holds_the_hubs_message_and_not_the_workers(
    store: Store, cast, sign_in, behind
) -> None:
    browser = sign_in(cast.cleo)
    given = {"until": "2027-05-14"}
    page = browser.post(address(behind, "/snooze"), data=given, follow_redirects=True).text
    assert "Cleo Martin put it off until 14 May." in log(page)
    due = {m.recipient.ref: m.due_at for m in store.scalars(select(Message))}
    assert due["cleo"] >= at(5, 14)
    assert due["ben"] < at(5, 1)
    assert due["ana"] < at(5, 1)


def test_what_is_put_off_is_off_the_board_until_then(store: Store, cast, sign_in, behind) -> None:
    browser = sign_in(cast.cleo)
    assert "1 thing needs you." in browser.get("/today").text
    browser.post(address(behind, "/snooze"), data={"until": "2027-05-14"})
    page = browser.get("/today").text
    assert "0 things need you." in page
    assert "Put off until 14 May 2027." in page


def test_another_alert_that_is_put_off_leaves_the_row_on_the_board(
    store: Store, cast, sign_in, behind
) -> None:
    away = Alert(
        ref="away", name="provider_away", cause="x", entitlement=cast.entitlement,
        match_id=cast.match.id, since_at=at(4, 30), raised_at=at(4, 30),
    )  # fmt: skip
    store.add(away)
    store.commit()
    browser = sign_in(cast.cleo)
    browser.post(address(away, "/snooze"), data={"until": "2027-05-14"})
    page = browser.get("/today").text
    assert "1 thing needs you." in page
    assert "Put off until" not in page


def test_who_is_behind_can_be_given_cover_from_here(cast, sign_in, behind) -> None:
    assert "Find cover" in sign_in(cast.cleo).get(address(behind)).text


@pytest.mark.parametrize("until", ["", "soon", "2027-04-01", "2099-01-01"])
def test_a_day_that_cannot_be_is_asked_for_again(cast, sign_in, behind, until: str) -> None:
    answer = sign_in(cast.cleo).post(address(behind, "/snooze"), data={"until": until})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_what_has_ended_says_so_and_offers_nothing(store: Store, cast, sign_in, behind) -> None:
    store.add(session(cast, 5, 5, booked_at=at(4, 30)))
    cast.entitlement.sessions = 3
    entitlements.reassess(store, cast.entitlement, at(4, 30))
    alerts.raise_one(store, cast.entitlement.id, at(4, 30))
    store.commit()
    page = sign_in(cast.cleo).get(address(behind)).text
    assert "This has ended by itself" in page
    assert "The message to Ben Harris was taken back. It is not needed any more." in page
    assert 'class="btn main"' not in page
    assert "/snooze" not in page


@pytest.mark.parametrize("kind", [kind.name for kind in (*CATALOGUE, TROUBLE)])
def test_every_alert_has_its_page_and_its_remedy(store: Store, cast, sign_in, kind: str) -> None:
    met = session(cast, 2, 26 if kind == "busy_clash" else 3)
    circle = Meeting(
        group=Group(ref="circle", name="Circle", kind="network", mode="video"),
        starts_at=at(2, 12), local_start=to_local(at(2, 12), "Pacific/Auckland"), minutes=60,
        zone="Pacific/Auckland", mode="video", changed_at=at(2, 1),
    )  # fmt: skip
    store.add_all([met, circle])
    store.flush()
    cause = Cause("x", at(2, 1), cast.entitlement.id, cast.match.id,
                  met.id if kind in OF_SESSIONS else None)  # fmt: skip
    if kind == "group_short":
        cause = Cause("x", at(2, 1), meeting_id=circle.id)
    if kind == "catch_up_due":
        job = next(iter(cast.ben.jobs))
        store.add(CatchUp(job_id=job.id, held_on=date(2027, 1, 1), noted_at=at(1, 1),
                          noted_by_id=cast.ben.id))  # fmt: skip
        cause = Cause("x", at(2, 1), job_id=job.id)
    if kind in {"vetting_ends", "over_capacity", "calendar_unread", "busy_unread"}:
        cause = Cause("ana:2027-03-01", at(2, 1), person_id=cast.ana.id)
    alert = alerts.raise_cause(store, KINDS[kind], cause, clock.now())
    store.commit()
    browser = sign_in(cast.cleo)
    (remedy,) = re.findall(r'<a class="btn main" href="([^"]+)"', browser.get(address(alert)).text)
    assert browser.get(remedy).status_code == 200


@pytest.mark.parametrize("who", ["ben", "ana", "mere", "dan"])
def test_an_alert_is_the_hubs_own(cast, sign_in, behind, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    assert browser.get(address(behind)).status_code == 404
    assert browser.post(address(behind, "/acknowledgement")).status_code == 404


def test_an_entitlement_without_its_provider_is_still_shown(store: Store, cast, sign_in) -> None:
    store.delete(cast.match)
    clock.set_to(at(2, 1))
    entitlements.reassess(store, cast.entitlement, at(2, 1))
    alert = alerts.raise_one(store, cast.entitlement.id, at(2, 1))
    store.commit()
    page = sign_in(cast.cleo).get(address(alert)).text
    assert "<h1>Ben Harris has nobody to meet yet.</h1>" in page
    assert isinstance(alert.entitlement, Entitlement)


def test_the_hubs_letter_says_since_when_this_is_so_and_not_the_standing(
    store: Store, cast
) -> None:
    """Ben stands as he stands since January; the offer waits since 2 February."""
    cast.entitlement.standing_since = date(2027, 1, 4)
    made = datetime(2027, 2, 1, 22, 0, tzinfo=UTC)
    alert = Alert(
        ref="offer", name="offer_unanswered", cause="offer", entitlement=cast.entitlement,
        match=cast.match, since_at=made, raised_at=clock.now(),
    )  # fmt: skip
    message = Message(
        cause="offer", recipient=cast.cleo, template="alert_hub", facts={"who": "hub"}, alert=alert
    )
    messages.write(store, message, clock.now())
    letter = letters.of(store, message, clock.now())
    assert letter
    said = " ".join(part.words for part in letter.paragraphs)
    assert "It has been so since Tuesday 2 February." in said
