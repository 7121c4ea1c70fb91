"""Booking, moving and calling off a session, and who is told."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from supervisor import entitlements, messages
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.matches import matches
from supervisor.models import (
    Agreement,
    Audit,
    Commitment,
    Leave,
    Match,
    Message,
    Place,
    Session,
    Store,
)
from supervisor.rules.kinds import MatchState, Mode, Outcome, Side, Standing
from supervisor.rules.openings import BookingSettings
from supervisor.sessions import sessions
from supervisor.settings import HubSettings, save

AUCKLAND = "Pacific/Auckland"


def at(month: int, day: int, hour: int = 9, minute: int = 0, zone: str = AUCKLAND) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def booked(store: Store, cast: SimpleNamespace, now) -> Session:
    """Ben meets Ana on Monday 15 February at ten."""
    return sessions.book(store, cast.entitlement, at(2, 15, 10), Mode.VIDEO, cast.ben, now)


def taken(store: Store) -> set[tuple[int, datetime, datetime]]:
    return {(c.person_id, c.starts_at, c.ends_at) for c in store.scalars(select(Commitment))}


def told(store: Store, template: str) -> dict[str, dict]:
    query = select(Message).where(Message.template == template)
    return {message.recipient.ref: message.facts for message in store.scalars(query)}


def all_read(store: Store, now: datetime) -> None:
    """Whatever was written has gone."""
    messages.sent(list(store.scalars(select(Message))), now)
    store.flush()


def trail(store: Store) -> list[tuple[str, int | None, int | None]]:
    rows = store.scalars(select(Audit).where(Audit.noun == "session").order_by(Audit.id))
    return [(row.verb, row.by_id, row.for_id) for row in rows]


def test_a_booking_takes_the_hour_of_both(store: Store, cast, booked: Session) -> None:
    begins, ends = at(2, 15, 10), at(2, 15, 11)
    assert taken(store) == {(cast.ben.id, begins, ends), (cast.ana.id, begins, ends)}
    assert (booked.local_start, booked.zone) == (
        datetime.fromisoformat("2027-02-15T10:00"),
        AUCKLAND,
    )
    assert (booked.outcome, booked.sequence, booked.minutes) == (None, 0, 60)


def test_both_are_told_at_once_in_neutral_words(store: Store, cast, now, booked: Session) -> None:
    facts = told(store, "booked")
    assert set(facts) == {"ben", "ana"}
    assert (facts["ben"]["other"], facts["ben"]["mine"]) == ("Ana Rewi", True)
    assert (facts["ana"]["other"], facts["ana"]["mine"]) == ("Ben Harris", False)
    assert facts["ana"]["starts"] == "2027-02-15T10:00:00+13:00"
    assert {m.due_at for m in store.scalars(select(Message))} == {now}
    assert not any("supervision" in str(value) for value in facts["ben"].values())


def test_the_hub_books_on_the_phone_for_a_worker(store: Store, cast, now) -> None:
    sessions.book(store, cast.entitlement, at(2, 15, 10), None, cast.cleo, now)
    assert {facts["by"] for facts in told(store, "booked").values()} == {"Cleo Martin"}
    assert trail(store) == [("booked", cast.cleo.id, cast.ben.id)]


def test_a_booking_changes_where_the_entitlement_stands(store: Store, cast) -> None:
    now = at(2, 20)
    entitlements.reassess(store, cast.entitlement, now)
    assert cast.entitlement.standing == Standing.SLIPPING
    sessions.book(store, cast.entitlement, at(2, 23, 10), None, cast.ana, now)
    assert cast.entitlement.standing == Standing.ON_TRACK
    assert trail(store) == [("booked", cast.ana.id, None)]


def test_the_same_booking_twice_is_one_session(store: Store, cast, now, booked: Session) -> None:
    again = sessions.book(store, cast.entitlement, at(2, 15, 10), Mode.VIDEO, cast.ana, now)
    assert again is booked
    assert store.scalar(select(func.count()).select_from(Session)) == 1
    assert len(told(store, "booked")) == 2
    assert len(trail(store)) == 1


@pytest.mark.parametrize("who", ["ben", "ana"])
def test_a_time_that_has_gone_comes_with_three_others(store: Store, cast, now, who: str) -> None:
    person = getattr(cast, who).id
    begins = at(2, 15, 10, 30)
    store.add(Commitment(person_id=person, starts_at=begins, ends_at=begins + timedelta(hours=1)))
    store.flush()
    with pytest.raises(TimeGone, match="just gone") as gone:
        sessions.book(store, cast.entitlement, at(2, 15, 10), None, cast.ben, now)
    assert len(gone.value.others) == 3
    assert {other.local_start.date() for other in gone.value.others} <= {
        date(2027, 2, day) for day in (12, 15, 16)
    }
    assert store.scalar(select(func.count()).select_from(Session)) == 0
    assert told(store, "booked") == {}
    other = gone.value.others[0]
    assert sessions.book(store, cast.entitlement, other.starts_at, other.mode, cast.ben, now)


def test_an_offer_holds_its_time_until_it_lapses(store: Store, cast, now) -> None:
    begins, ends = at(2, 15, 10), at(2, 15, 11)
    hold = Commitment(
        person_id=cast.ana.id, starts_at=begins, ends_at=ends, lapses_at=now + timedelta(hours=1)
    )
    store.add(hold)
    store.flush()
    with pytest.raises(TimeGone):
        sessions.book(store, cast.entitlement, begins, None, cast.ben, now)
    later = now + timedelta(hours=1)
    assert sessions.book(store, cast.entitlement, begins, None, cast.ben, later)


def test_a_time_outside_their_free_hours_is_fine_when_they_ask(store: Store, cast, now) -> None:
    assert sessions.book(store, cast.entitlement, at(2, 20, 19, 5), None, cast.cleo, now)


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (at(2, 10, 9), "That time is over"),
        (at(3, 26), "public holiday"),
        (at(3, 22), "public holiday"),
        (datetime(2028, 1, 10, 21, tzinfo=UTC), "end on 2027-12-31"),
        (datetime(2027, 4, 3, 13, 30, tzinfo=UTC), "The clocks change then"),
    ],
)
def test_what_nobody_may_book_is_refused_with_what_to_do(
    store: Store, cast, now, begins: datetime, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        sessions.book(store, cast.entitlement, begins, None, cast.cleo, now)
    assert "hoose" in str(refused.value)
    assert taken(store) == set()


def test_a_period_that_has_not_begun_takes_no_session(store: Store, cast, now) -> None:
    cast.entitlement.starts_on = date(2027, 3, 1)
    with pytest.raises(Refused, match="begin on 2027-03-01") as refused:
        sessions.book(store, cast.entitlement, at(2, 15), None, cast.cleo, now)
    assert refused.value.field == "start"


def test_a_holiday_of_either_closes_the_day_unless_the_hub_opens_it(
    store: Store, cast, now
) -> None:
    cast.dunedin.region = "STL"
    easter_tuesday = at(3, 30)
    with pytest.raises(Refused, match="public holiday"):
        sessions.book(store, cast.entitlement, easter_tuesday, None, cast.ben, now)
    save(store, BookingSettings(open_on_holidays=True))
    assert sessions.book(store, cast.entitlement, easter_tuesday, None, cast.ben, now)


def test_nobody_is_booked_while_either_is_away(store: Store, cast, now) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 2, 15), ends_on=date(2027, 3, 1)))
    with pytest.raises(Refused, match="Ana is away until 2027-03-01"):
        sessions.book(store, cast.entitlement, at(2, 26), None, cast.ben, now)
    assert sessions.book(store, cast.entitlement, at(3, 1), None, cast.ben, now)


def test_without_anybody_on_the_day_there_is_nobody_to_meet(store: Store, cast, now) -> None:
    cast.match.ends_on = date(2027, 2, 14)
    with pytest.raises(Refused, match="nobody to meet"):
        sessions.book(store, cast.entitlement, at(2, 15), None, cast.ben, now)
    with pytest.raises(Refused, match="nobody to meet"):
        sessions.book(store, cast.entitlement, at(2, 12), None, cast.dan, now, cast.dan)


def test_cover_is_booked_while_it_runs(store: Store, cast, now) -> None:
    store.add(
        Match(
            entitlement=cast.entitlement, provider=cast.dan, cover=True, state=MatchState.ACTIVE,
            starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 19),
        )
    )  # fmt: skip
    store.flush()

    def provider(day: int, **asked) -> str:
        begins = at(2, day, 10)
        return sessions.book(
            store, cast.entitlement, begins, None, cast.ben, now, **asked
        ).provider.ref

    assert [provider(12), provider(15), provider(22)] == ["ana", "dan", "ana"]
    assert provider(16, provider=cast.ana) == "ana"


def test_how_they_meet_decides_where_and_in_whose_zone(store: Store, cast, now) -> None:
    store.add(Place(ref="waitangi", name="Waitangi", region="CIT"))
    cast.ben.place = store.scalars(select(Place).where(Place.ref == "waitangi")).one()
    there = sessions.book(store, cast.entitlement, at(2, 15), Mode.IN_PERSON, cast.cleo, now)
    assert (there.zone, there.place.ref) == ("Pacific/Chatham", "waitangi")
    assert there.local_start == datetime.fromisoformat("2027-02-15T09:45")
    sessions.move(store, there, at(2, 15), Mode.PHONE, cast.ben, now)
    assert (there.zone, there.place_id, there.mode) == (AUCKLAND, None, Mode.PHONE)
    assert there.local_start == datetime.fromisoformat("2027-02-15T09:00")


def test_without_a_mode_the_agreed_one_is_taken_and_none_is_asked_for(
    store: Store, cast, now
) -> None:
    store.add(Agreement(match=cast.match, mode=Mode.PHONE))
    first = sessions.book(store, cast.entitlement, at(2, 15), None, cast.ben, now)
    assert first.mode == Mode.PHONE
    cast.ana.modes = [Mode.IN_PERSON]
    with pytest.raises(Refused, match="Say how you will meet") as refused:
        sessions.book(store, cast.entitlement, at(2, 16), None, cast.ben, now)
    assert refused.value.field == "mode"


def test_a_moved_session_is_the_same_one_with_a_new_revision(
    store: Store, cast, now, booked: Session
) -> None:
    uid, later = booked.uid, now + timedelta(hours=1)
    sessions.move(store, booked, at(2, 15, 10, 30), None, cast.ana, later)
    assert taken(store) == {
        (cast.ben.id, at(2, 15, 10, 30), at(2, 15, 11, 30)),
        (cast.ana.id, at(2, 15, 10, 30), at(2, 15, 11, 30)),
    }
    assert (booked.uid, booked.sequence, booked.changed_at) == (uid, 1, later)
    assert told(store, "moved")["ben"]["before"] == "2027-02-15T10:00:00+13:00"
    assert told(store, "moved")["ana"]["mine"]
    sessions.move(store, booked, at(2, 15, 10, 30), None, cast.ana, later)
    assert booked.sequence == 1


def test_a_move_into_a_clash_changes_nothing(store: Store, cast, now, booked: Session) -> None:
    before = taken(store)
    begins = at(2, 16, 10)
    clash = Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    store.add(clash)
    store.flush()
    with pytest.raises(TimeGone) as gone:
        sessions.move(store, booked, at(2, 16, 10), None, cast.ben, now)
    assert len(gone.value.others) == 3
    assert booked.starts_at == at(2, 15, 10)
    assert booked.sequence == 0
    assert taken(store) == before | {(cast.ana.id, begins, begins + timedelta(hours=1))}
    assert told(store, "moved") == {}


@pytest.mark.parametrize("begins", [at(3, 26), datetime(2027, 4, 3, 13, 30, tzinfo=UTC)])
def test_a_move_is_refused_what_a_booking_is(
    store: Store, cast, now, booked: Session, begins: datetime
) -> None:
    with pytest.raises(Refused, match="hoose"):
        sessions.move(store, booked, begins, None, cast.ben, now)
    assert booked.starts_at == at(2, 15, 10)
    assert len(taken(store)) == 2


def test_a_session_moves_within_its_own_match_only(store: Store, cast, now, booked) -> None:
    cast.match.ends_on = date(2027, 2, 20)
    with pytest.raises(Refused, match="nobody to meet"):
        sessions.move(store, booked, at(2, 23), None, cast.ben, now)
    assert sessions.move(store, booked, at(2, 18), None, cast.ben, now)


def test_what_has_begun_or_is_settled_is_neither_moved_nor_called_off(
    store: Store, cast, booked: Session
) -> None:
    begun = at(2, 15, 10)
    for act in (
        lambda: sessions.move(store, booked, at(2, 16), None, cast.ben, begun),
        lambda: sessions.cancel(store, booked, cast.ben, begun),
    ):
        with pytest.raises(Refused, match="has begun"):
            act()
    booked.outcome = Outcome.HELD
    store.flush()
    with pytest.raises(Refused, match="already settled"):
        sessions.move(store, booked, at(2, 16), None, cast.ben, begun)
    with pytest.raises(Refused, match="already settled"):
        sessions.cancel(store, booked, cast.ben, begun)


@pytest.mark.parametrize(
    ("who", "side", "outcome"),
    [
        ("ben", None, Outcome.CANCELLED_BY_WORKER),
        ("ana", None, Outcome.CANCELLED_BY_PROVIDER),
        ("cleo", None, Outcome.CANCELLED_BY_WORKER),
        ("cleo", Side.PROVIDER, Outcome.CANCELLED_BY_PROVIDER),
    ],
)
def test_calling_it_off_frees_both_and_offers_the_next_times(
    store: Store, cast, now, booked: Session, who: str, side: Side | None, outcome: Outcome
) -> None:
    by = getattr(cast, who)
    sessions.cancel(store, booked, by, now, side)
    assert (booked.outcome, booked.cancelled_at, booked.cancelled_by_id) == (outcome, now, by.id)
    assert booked.sequence == 1
    assert taken(store) == set()
    facts = told(store, "cancelled")
    assert "2027-02-15T10:00:00+13:00" not in facts["ben"]["times"]
    assert {len(facts[ref]["times"]) for ref in ("ben", "ana")} == {3}
    assert entitlements.position(store, cast.entitlement, now).booked == 0


def test_what_went_with_the_match_does_not_come_back(
    store: Store, cast, now, booked: Session
) -> None:
    matches.end(store, cast.match, date(2027, 2, 12), cast.ben, now)
    assert booked.cancelled_at
    with pytest.raises(Refused, match="Book a time instead"):
        sessions.restore(store, booked, cast.ben, now)
    assert booked.cancelled_at


def test_nor_does_what_nobody_is_there_for_any_more(
    store: Store, cast, now, booked: Session
) -> None:
    sessions.cancel(store, booked, cast.ben, now)
    matches.end(store, cast.match, date(2027, 2, 12), cast.ben, now)
    with pytest.raises(Refused, match="nobody to meet"):
        sessions.restore(store, booked, cast.ben, now)


def test_nobody_hears_of_what_is_undone_in_time(store: Store, cast, now, booked: Session) -> None:
    sessions.cancel(store, booked, cast.ben, now)
    query = select(Message).where(Message.dropped_at.is_(None))
    off = store.scalars(query).all()
    assert {one.due_at for one in off} == {now + timedelta(minutes=1)}
    sessions.restore(store, booked, cast.ben, now + timedelta(seconds=30))
    assert {one.template for one in store.scalars(query)} == {"booked"}
    assert {one.due_at for one in store.scalars(query)} == {now}


def test_what_begins_within_the_minute_is_told_at_once(store: Store, cast, booked: Session) -> None:
    at_last = booked.starts_at - timedelta(seconds=30)
    sessions.cancel(store, booked, cast.ben, at_last)
    off = store.query(Message).filter_by(template="cancelled")
    assert {one.due_at for one in off} == {at_last}


def test_who_has_read_that_it_is_off_reads_that_it_is_on_again(
    store: Store, cast, now, booked: Session
) -> None:
    sessions.cancel(store, booked, cast.ben, now)
    off = store.scalars(select(Message).where(Message.template == "cancelled")).all()
    messages.sent(off, now)
    sessions.restore(store, booked, cast.ben, now)
    again = [one for one in store.scalars(select(Message)) if one.dropped_at is None]
    assert sorted(one.template for one in again if one not in off) == ["booked", "booked"]


@pytest.mark.parametrize("turns", [1, 2])
def test_what_is_undone_in_the_same_instant_is_never_said(
    store: Store, cast, now, booked: Session, turns: int
) -> None:
    for _turn in range(turns):
        sessions.cancel(store, booked, cast.ben, now)
        sessions.restore(store, booked, cast.ben, now)
    left = select(Message.template).where(Message.dropped_at.is_(None))
    assert sorted(store.scalars(left)) == ["booked", "booked"]


@pytest.mark.parametrize("in_hand", [True, False])
def test_only_the_one_who_heard_that_it_is_off_hears_that_it_is_on(
    store: Store, cast, now, booked: Session, in_hand: bool
) -> None:
    """By a letter that went, or that somebody is about to send."""
    first = store.scalars(select(Message).where(Message.recipient_id == cast.ana.id)).one()
    messages.sent([first], now)
    sessions.cancel(store, booked, cast.ben, now)
    its = Message.template == "cancelled", Message.recipient_id == cast.ana.id
    anas = store.scalars(select(Message).where(*its)).one()
    if in_hand:
        anas.claimed_by = "a"
    else:
        messages.sent([anas], now)
    store.flush()
    sessions.restore(store, booked, cast.ben, now + timedelta(minutes=2))
    left = select(Message).where(Message.dropped_at.is_(None), Message.sent_at.is_(None))
    of = {one.recipient_id: one for one in store.scalars(left)}
    assert {one.template for one in of.values()} == {"booked"}
    assert of[cast.ana.id].written_at > of[cast.ben.id].written_at


def test_calling_it_off_twice_is_once(store: Store, cast, now, booked: Session) -> None:
    for _ in range(2):
        sessions.cancel(store, booked, cast.ben, now)
    assert booked.sequence == 1
    assert [verb for verb, *_ in trail(store)] == ["booked", "cancelled"]
    with pytest.raises(Refused, match="already settled"):
        sessions.cancel(store, booked, cast.ana, now)


def test_a_time_that_was_called_off_can_be_booked_again(store: Store, cast, now, booked) -> None:
    sessions.cancel(store, booked, cast.ben, now)
    again = sessions.book(store, cast.entitlement, at(2, 15, 10), None, cast.ben, now)
    assert again.id != booked.id
    assert again.uid != booked.uid


def test_who_asked_the_hub_to_book_reads_the_hub_s_name(store: Store, cast, now) -> None:
    from supervisor.sessions import session_messages

    save(store, HubSettings(name="Southern Hub"))
    session, new = sessions.take(store, cast.entitlement, at(2, 15), None, None, now)
    assert new
    session_messages.kept(store, [session], None, now)
    facts = told(store, "plan_kept")
    assert {(f["by"], f["mine"]) for f in facts.values()} == {("Southern Hub", False)}
    assert facts["ben"]["times"] == ["2027-02-15T09:00:00+13:00"]
    assert trail(store) == [("booked", None, None)]
