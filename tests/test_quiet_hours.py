"""When people are left in peace: night, weekend, the holidays of where they are, their own hour."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from supervisor import bundles, clock, messages, post, reach
from supervisor.alerts import alerts
from supervisor.alerts.alert_causes import Cause
from supervisor.alerts.alert_kinds import KINDS, TROUBLE
from supervisor.models import Message, Place, Session, Store
from tests.test_alerts import FOUR, Walk, both_said, walk
from tests.test_messages import at
from tests.test_post import server

__all__ = ["server", "walk"]
NZ, CHATHAM, SYDNEY = "Pacific/Auckland", "Pacific/Chatham", "Australia/Sydney"


def placed(store: Store, person, region: str, zone: str, hour: int) -> None:
    person.place = Place(ref=region.lower(), name=region, latitude=-45, longitude=170,
                         region=region, land="South")  # fmt: skip
    person.time_zone, person.tell_at_hour = zone, hour
    store.flush()


ROWS = [
    ("a night in the week", "OTA", NZ, 9, "2027-05-05T02:30", "2027-05-05T09:00"),
    ("the last minute of the night", "OTA", NZ, 9, "2027-05-05T08:59", "2027-05-05T09:00"),
    ("by day, at once", "OTA", NZ, 9, "2027-05-05T09:01", "2027-05-05T09:01"),
    ("the last minute of the day", "OTA", NZ, 9, "2027-05-05T17:59", "2027-05-05T17:59"),
    ("the evening", "OTA", NZ, 9, "2027-05-05T18:00", "2027-05-06T09:00"),
    ("Friday evening", "OTA", NZ, 9, "2027-05-07T18:00", "2027-05-10T09:00"),
    ("Saturday by day", "OTA", NZ, 9, "2027-05-08T11:00", "2027-05-10T09:00"),
    ("Sunday night", "OTA", NZ, 9, "2027-05-09T23:00", "2027-05-10T09:00"),
    ("Otago's day in Otago", "OTA", NZ, 9, "2027-03-22T10:00", "2027-03-23T09:00"),
    ("Otago's day in Southland", "STL", NZ, 9, "2027-03-22T10:00", "2027-03-22T10:00"),
    ("Southland's day in Southland", "STL", NZ, 9, "2027-03-30T10:00", "2027-03-31T09:00"),
    ("Southland's day in Otago", "OTA", NZ, 9, "2027-03-30T10:00", "2027-03-30T10:00"),
    ("Easter and then Southland's day", "STL", NZ, 9, "2027-03-25T19:00", "2027-03-31T09:00"),
    ("Christmas to New Year", "OTA", NZ, 9, "2026-12-24T18:30", "2026-12-29T09:00"),
    ("Matariki", "OTA", NZ, 9, "2027-06-24T20:00", "2027-06-28T09:00"),
    ("their own hour early", "OTA", NZ, 6, "2027-05-05T03:00", "2027-05-05T06:00"),
    ("their own hour in the afternoon", "OTA", NZ, 15, "2027-05-05T10:00", "2027-05-05T15:00"),
    ("an hour in the evening", "OTA", NZ, 20, "2027-05-05T10:00", "2027-05-05T20:00"),
    ("an hour in the evening, over", "OTA", NZ, 20, "2027-05-05T21:00", "2027-05-06T20:00"),
    ("the islands are ahead", "CIT", CHATHAM, 9, "2027-05-05T08:15", "2027-05-05T09:00"),
    ("the islands' own day", "CIT", CHATHAM, 9, "2026-11-30T10:00", "2026-12-01T09:00"),
    ("over the sea", "AU-NSW", SYDNEY, 9, "2027-05-05T08:00", "2027-05-05T09:00"),
    ("over the sea, their holiday", "AU-NSW", SYDNEY, 9, "2027-06-14T10:00", "2027-06-15T09:00"),
    ("the night that is an hour short", "OTA", NZ, 9, "2026-09-27T01:59", "2026-09-28T09:00"),
    ("the Friday before it", "OTA", NZ, 9, "2026-09-25T18:00", "2026-09-28T09:00"),
    ("the night that is an hour long", "OTA", NZ, 9, "2027-04-04T02:30", "2027-04-05T09:00"),
    ("the Friday before that one", "OTA", NZ, 9, "2027-04-02T18:00", "2027-04-05T09:00"),
    ("the islands' short night", "CIT", CHATHAM, 9, "2026-09-27T02:44", "2026-09-28T09:00"),
    ("the islands' long night", "CIT", CHATHAM, 9, "2027-04-04T03:15", "2027-04-05T09:00"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_message_waits_for_a_working_day_and_its_readers_hour(
    store: Store, cast: SimpleNamespace, row
) -> None:
    _name, region, zone, hour, now, due = row
    placed(store, cast.ben, region, zone, hour)
    assert reach.next_hour(store, cast.ben, at(now, zone)) == at(due, zone)
    assert not reach.at_rest(store, cast.ben, at(due, zone))
    assert reach.at_rest(store, cast.ben, at(now, zone)) == (now != due)


def tell(store: Store, person, cause: str, **given) -> Message:
    message = messages.tell(
        store, person, cause, "check_numbers", {"manager": "Mere"}, clock.now(), **given
    )
    store.commit()
    assert message
    return message


@pytest.mark.parametrize("when", ["2027-02-10T23:30", "2027-02-13T10:00", "2027-03-22T10:00"])
def test_what_could_not_go_by_day_does_not_go_at_night_or_on_a_day_off(
    store: Store, cast, server, when: str
) -> None:
    """The worker process stood still, or the mail server did, and is there again."""
    due = tell(store, cast.cleo, "one")
    clock.set_to(at(when))
    assert post.deliver("a") == 0
    morning = due.due_at
    assert morning == reach.next_hour(store, cast.cleo, at(when))
    clock.set_to(morning)
    assert post.deliver("a") == 1


def test_a_call_for_help_goes_out_at_night(store: Store, cast, server) -> None:
    clock.set_to(at("2027-02-13T03:00"))
    tell(store, cast.cleo, "one", urgent=True)
    tell(store, cast.cleo, "two")
    assert post.deliver("a") == 1


def test_a_person_has_one_mail_on_a_day_and_another_on_the_next(store: Store, cast, server) -> None:
    for cause in ("one", "two"):
        tell(store, cast.cleo, cause)
    assert post.deliver("a") == 1
    clock.set_to(clock.now() + timedelta(hours=2))
    tell(store, cast.cleo, "three")
    assert post.deliver("a") == 0
    clock.set_to(clock.now() + timedelta(days=1))
    assert post.deliver("a") == 1
    assert server.mails[0]["Subject"] == "2 things for you"


def test_what_is_put_off_comes_back_on_a_working_day_at_the_hubs_hour(
    store: Store, cast, walk: Walk
) -> None:
    """Put off until Sunday 9 May, which is nobody's day for mail."""
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at("2027-04-28T10:00"))
    alert = messages_alert(store)
    alerts.snooze(store, alert, at("2027-05-09T00:00"), cast.cleo, walk.now)
    walk.to(at("2027-05-14T00:00"))
    assert walk.said("alert_hub") == [(date(2027, 5, 10), "Cleo")]


def messages_alert(store: Store):
    message = store.scalars(select(Message).where(Message.alert_id.is_not(None))).first()
    assert message
    assert message.alert
    return message.alert


CLASHES = [
    ("at night, before their hour", 9, "2027-05-05T02:30", "2027-05-05T08:30", "2027-05-05T02:30"),
    ("at night, at their hour", 9, "2027-05-05T02:30", "2027-05-05T09:00", "2027-05-05T02:30"),
    ("at night, after their hour", 9, "2027-05-05T02:30", "2027-05-05T09:15", "2027-05-05T09:00"),
    ("by day", 9, "2027-05-05T11:00", "2027-05-05T16:00", "2027-05-05T11:00"),
    ("Friday evening", 9, "2027-05-07T19:00", "2027-05-10T08:00", "2027-05-07T19:00"),
    ("Friday evening, for later", 9, "2027-05-07T19:00", "2027-05-10T11:00", "2027-05-10T09:00"),
    ("over the weekend", 9, "2027-05-07T19:00", "2027-05-08T10:00", "2027-05-07T19:00"),
    ("before Matariki", 9, "2027-06-24T20:00", "2027-06-28T08:30", "2027-06-24T20:00"),
    ("their hour is late", 15, "2027-05-05T10:00", "2027-05-05T14:00", "2027-05-05T10:00"),
]


@pytest.mark.parametrize("row", CLASHES, ids=[row[0] for row in CLASHES])
def test_what_comes_over_a_meeting_is_told_at_once_where_their_hour_is_too_late(
    store: Store, cast: SimpleNamespace, row
) -> None:
    _name, hour, now, starts, due = row
    placed(store, cast.ben, "OTA", NZ, hour)
    cast.ana.place = cast.ben.place
    told = clash(store, cast, at(starts), at(now))
    assert told["ben"].due_at == at(due)
    assert told["ben"].urgent == (due == now != "2027-05-05T11:00")
    assert told["ana"].due_at <= at(starts)


def session_at(cast, starts: datetime) -> Session:
    local = starts.astimezone(ZoneInfo(NZ)).replace(tzinfo=None)
    return Session(entitlement=cast.entitlement, provider=cast.ana, starts_at=starts,
                   local_start=local, zone=NZ, minutes=60, mode="video",
                   changed_at=starts - timedelta(days=60))  # fmt: skip


def clash(store: Store, cast, starts: datetime, now: datetime) -> dict[str, Message]:
    """Something of Ana's has come over a meeting; the letters of it, by who reads them."""
    met = session_at(cast, starts)
    store.add(met)
    store.flush()
    cause = Cause(f"{met.ref}:0", now, cast.entitlement.id, session_id=met.id)
    alert = alerts.raise_cause(store, KINDS["busy_clash"], cause, now)
    query = select(Message).where(Message.alert_id == alert.id)
    return {one.recipient.ref: one for one in store.scalars(query)}


def test_a_question_of_what_was_is_never_too_late(store: Store, cast) -> None:
    met = session_at(cast, at("2027-05-05T15:00"))
    store.add(met)
    store.flush()
    cause = Cause(met.ref, met.starts_at, cast.entitlement.id, session_id=met.id)
    now = at("2027-05-06T16:01")
    alert = alerts.raise_cause(store, KINDS["not_confirmed"], cause, now)
    letters = list(store.scalars(select(Message).where(Message.alert_id == alert.id)))
    assert {(one.urgent, one.until_at) for one in letters} == {(False, None)}


def test_what_was_held_up_until_the_night_goes_if_the_morning_is_too_late(
    store: Store, cast, server
) -> None:
    early, later = at("2027-02-11T08:30"), at("2027-02-11T10:00")
    tell(store, cast.cleo, "early", until=early)
    tell(store, cast.cleo, "later", until=later)
    store.execute(update(Message).values(urgent=False, due_at=clock.now()))
    store.commit()
    clock.set_to(at("2027-02-11T02:00"))
    assert post.deliver("a") == 1
    store.expire_all()
    left = store.scalars(select(Message).where(Message.sent_at.is_(None))).one()
    assert (left.cause, left.due_at) == ("later", at("2027-02-11T09:00"))


def test_nothing_graver_of_the_same_person_holds_it_back_too_long(
    store: Store, cast, server
) -> None:
    """Of each entitlement one alert goes, and the others wait a day: not over their meeting."""
    clock.set_to(at("2027-02-10T10:00"))
    told = clash(store, cast, at("2027-02-11T08:30"), clock.now())
    cause = Cause("behind", clock.now(), cast.entitlement.id)
    graver = alerts.raise_cause(store, TROUBLE, cause, clock.now())
    graver.name = "provider_away"
    ready = [told["ben"], tell(store, cast.ben, "graver")]
    ready[1].alert = graver
    store.flush()
    assert bundles.one_each(store, ready, clock.now()) == ready
    ready[0].until_at = at("2027-02-12T08:30")
    assert bundles.one_each(store, ready, clock.now()) == ready[1:]
    assert ready[0].due_at == at("2027-02-11T09:00")


@pytest.mark.parametrize("template", sorted(messages.MAY_PASS))
def test_nobody_is_woken_by_what_may_as_well_pass(store: Store, cast, template) -> None:
    now = at("2027-02-11T02:00")
    soon = now + timedelta(hours=1)
    message = messages.tell(store, cast.ben, "one", template, {}, now, until=soon)
    assert message
    assert not message.urgent
