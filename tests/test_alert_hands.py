"""In whose hands an alert is: nobody's for too long, somebody's who is away, handed over."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import clock, entitlements, leave, schedule
from supervisor.alerts import alert_hands
from supervisor.models import Alert, PersonHat, Store
from supervisor.rules.kinds import Hat
from supervisor.settings import save
from supervisor.stand_ins import StandInSettings
from tests.mail_server import words
from tests.test_alerts import FOUR, both_said
from tests.test_entitlements import at
from tests.test_post import server

__all__ = ["server"]


@pytest.fixture
def hub(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Rua stands in for Cleo. Ben and Ana have nothing booked from 28 April on."""
    cast.rua.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.add_all([both_said(cast, *when) for when in FOUR])
    save(store, StandInSettings(email="rua@example.org"))
    clock.set_to(at(4, 27))
    entitlements.reassess(store, cast.entitlement, at(4, 27))
    store.commit()
    return cast


def work(first: date, last: date) -> None:
    """Every job of the worker process at nine on each of these days."""
    while first <= last:
        clock.set_to(at(first.month, first.day))
        schedule.run_all(clock.now())
        first += timedelta(days=1)


def day(month: int, number: int) -> date:
    return date(2027, month, number)


def mails(server, ref: str) -> list[tuple[str, str]]:
    """What reached somebody of an alert: the day in UTC, and whether they stand in."""
    stands = "You stand in for"
    return [
        (str(mail["Date"])[5:11], stands if stands in words(mail) else "")
        for mail in server.to(f"{ref}@example.org")
        if "/alerts/" in words(mail)
    ]


def the_alert(store: Store) -> Alert:
    store.expire_all()
    return store.scalars(select(Alert)).one()


def away(store: Store, cast, first: date, back: date) -> None:
    leave.record(store, cast.cleo, first, back, cast.cleo, clock.now())
    store.commit()


def test_with_the_coordinator_away_for_three_weeks_the_stand_in_is_told(
    store: Store, hub, server, sign_in
) -> None:
    away(store, hub, day(5, 3), day(5, 24))
    work(day(4, 28), day(5, 23))
    assert mails(server, "cleo") == []
    assert mails(server, "rua") == [("04 May", "You stand in for")]
    alert = the_alert(store)
    answer = sign_in(hub.rua).post(f"/alerts/{alert.ref}/acknowledgement", follow_redirects=True)
    assert "You have it in hand." in answer.text
    assert "Rua Finch has it in hand." in answer.text


def test_what_the_coordinator_took_before_going_away_is_the_stand_ins_to_take_over(
    store: Store, hub, server, sign_in
) -> None:
    work(day(4, 28), day(5, 5))
    alert_hands.acknowledge(store, the_alert(store), hub.cleo, clock.now())
    away(store, hub, day(5, 6), day(5, 27))
    work(day(5, 6), day(5, 7))
    assert mails(server, "rua") == [("05 May", "You stand in for")]
    page = sign_in(hub.rua).get(f"/alerts/{the_alert(store).ref}").text
    assert "Cleo Martin has it in hand." in page
    assert "Take it over" in page


def test_three_working_days_with_nobody_at_it_and_the_stand_in_is_told_once(
    store: Store, hub, server, sign_in
) -> None:
    """The hub hears on Wednesday 5 May; the third working day after it is Monday."""
    work(day(4, 28), day(5, 6))
    page = sign_in(hub.cleo).get(f"/alerts/{the_alert(store).ref}").text
    assert "If nobody has it in hand by 10 May" in page
    assert "Rua Finch is told, who stands in for the hub." in page
    work(day(5, 7), day(5, 14))
    assert mails(server, "cleo") == [("04 May", "")]
    assert mails(server, "rua") == [("09 May", "You stand in for")]


def test_what_somebody_has_in_hand_or_put_off_is_not_the_stand_ins(
    store: Store, hub, server
) -> None:
    work(day(4, 28), day(5, 5))
    alert_hands.acknowledge(store, the_alert(store), hub.cleo, clock.now())
    store.commit()
    work(day(5, 6), day(5, 14))
    assert mails(server, "rua") == []


def test_a_day_off_leaves_everything_with_the_coordinator(store: Store, hub, server) -> None:
    away(store, hub, day(5, 5), day(5, 6))
    work(day(4, 28), day(5, 6))
    assert (mails(server, "cleo"), mails(server, "rua")) == ([("04 May", "")], [])


def test_without_a_stand_in_the_page_says_so_and_whoever_is_away_is_still_told(
    store: Store, hub, server, sign_in
) -> None:
    save(store, StandInSettings(email="dan@example.org"))
    store.delete(hub.rua.hats[0])
    away(store, hub, day(5, 3), day(5, 24))
    work(day(4, 28), day(5, 14))
    assert mails(server, "cleo") == [("04 May", "")]
    page = sign_in(hub.cleo).get(f"/alerts/{the_alert(store).ref}").text
    assert "Nobody stands in for the hub." in page


def test_handing_over_is_with_a_note_told_and_in_the_history(
    store: Store, hub, server, sign_in
) -> None:
    work(day(4, 28), day(5, 5))
    browser, alert = sign_in(hub.cleo), the_alert(store)
    given = {"to": "rua", "note": "Ana likes\nmornings."}
    page = browser.post(f"/alerts/{alert.ref}/handover", data=given, follow_redirects=True).text
    assert "Cleo Martin gave it to Rua Finch: Ana likes mornings." in page
    schedule.run_all(clock.now())
    last = words(server.to("rua@example.org")[-1])
    assert "Cleo Martin gave this to you. Ana likes mornings." in last
    assert alert_hands.owner(the_alert(store)) == hub.rua


def test_who_is_handed_it_before_the_hubs_mail_went_reads_one_letter(
    store: Store, hub, server, sign_in
) -> None:
    """Cleo and Rua both read the hub's mail, at four; at nine Cleo gives it to Rua."""
    save(store, StandInSettings())
    hub.cleo.tell_at_hour = hub.rua.tell_at_hour = 16
    store.commit()
    work(day(4, 28), day(5, 5))
    sign_in(hub.cleo).post(f"/alerts/{the_alert(store).ref}/handover", data={"to": "rua"})
    clock.set_to(at(5, 5, 16))
    schedule.run_all(clock.now())
    assert (len(mails(server, "cleo")), len(mails(server, "rua"))) == (0, 1)
    assert "Cleo Martin gave this to you." in words(server.to("rua@example.org")[-1])


@pytest.mark.parametrize("to", ["", "cleo", "ben", "nobody"])
def test_only_others_of_the_hub_can_be_given_it(store: Store, hub, sign_in, to: str) -> None:
    work(day(4, 28), day(4, 28))
    answer = sign_in(hub.cleo).post(f"/alerts/{the_alert(store).ref}/handover", data={"to": to})
    assert answer.status_code == 422
    assert "Choose somebody of the hub." in answer.text
