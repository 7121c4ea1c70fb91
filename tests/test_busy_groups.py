"""Groups respect what people have in their own calendars: when they are formed, when a meeting is
moved, who leads, whom they meet with. It holds nobody's time, and nobody is named."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, select

from supervisor.groups import forming_facts, group_wishes, groups, meetings, rota, visits
from supervisor.groups.group_times import ahead
from supervisor.groups.other_times import other_times
from supervisor.hours import elsewhere
from supervisor.models import (
    BusySource,
    BusySpan,
    Group,
    Meeting,
    MeetingRoom,
    Person,
    PersonHat,
    RoomUse,
    Seat,
    Store,
    Window,
)
from supervisor.rules.busy_weeks import usual
from supervisor.rules.fit_week import WEEK
from supervisor.rules.grouping import is_free
from supervisor.rules.kinds import GroupKind, Hat, Mode

NZ = ZoneInfo("Pacific/Auckland")
KIND = GroupKind.CO_REFLECTION
HOUR, DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
TEN = 10 * 60
SPANS = some.lists(
    some.tuples(some.integers(-2 * WEEK, 6 * WEEK), some.integers(1, WEEK + 500)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=12,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NZ).astimezone(UTC)


def busy(store: Store, person: Person, starts: datetime, ends: datetime, *, sure: bool = True):
    """Somebody's own calendar has something then."""
    source = store.scalar(select(BusySource).where(BusySource.person_id == person.id))
    if source is None:
        source = BusySource(person_id=person.id, kind="file", host="example.org", sealed=b"",
                            made_at=starts, next_at=starts)  # fmt: skip
        store.add(source)
        store.flush()
    store.add(BusySpan(source_id=source.id, person_id=person.id, starts_at=starts, ends_at=ends,
                       sure=sure, seen_at=starts))  # fmt: skip
    store.flush()


@given(busy=SPANS, minute=some.integers(0, WEEK - 1), weeks=some.integers(1, 6))
def test_what_is_taken_in_half_of_the_weeks_is_usual_and_nothing_else(busy, minute, weeks):
    found = usual(busy, weeks)
    taken = sum(any(a <= minute + week * WEEK < b for a, b in busy) for week in range(weeks))
    assert any(a <= minute < b for a, b in found) == (taken * 2 >= weeks)
    assert all(0 <= a < b <= WEEK for a, b in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_an_hour_of_the_week_stays_that_hour_over_a_clock_change(store: Store, cast):
    """Tuesdays at ten, from March into winter time in April."""
    for n in range(12):
        starts = datetime(2027, 3, 2, 10, tzinfo=NZ) + n * A_WEEK
        busy(store, cast.ben, starts.astimezone(UTC), (starts + HOUR).astimezone(UTC))
    found = elsewhere.usual_weeks(
        store, [cast.ben.id, cast.ana.id], at("2027-03-03T09:00").date(), NZ.key
    )
    assert found == {cast.ben.id: [(1440 + TEN, 1440 + TEN + 60)]}


def open_on(store: Store, person: Person, days: tuple[int, ...], minutes: int) -> None:
    """From ten on, on these days of the week and at no other time."""
    store.execute(delete(Window).where(Window.person_id == person.id))
    hours = {"starts_minute": TEN, "ends_minute": TEN + minutes}
    store.add_all(Window(person_id=person.id, weekday=day, **hours) for day in days)
    store.flush()
    store.expire(person, ["windows"])


@pytest.fixture
def asking(store: Store, cast, now) -> list[Person]:
    """Three who are free on two mornings, and Ana, who leads groups."""
    people = [cast.ben]
    for ref in ("ada", "eve"):
        people.append(Person(ref=ref, name=ref.title(), email=f"{ref}@example.org",
                             place=cast.ben.place))  # fmt: skip
    store.add_all(people)
    store.add(PersonHat(person_id=cast.ana.id, hat=Hat.FACILITATOR))
    store.flush()
    for person in (*people, cast.ana):
        person.modes = [Mode.VIDEO]
        open_on(store, person, (1, 3), 90)
        if person is not cast.ana:
            group_wishes.ask(store, person, KIND, [], person, now)
    store.flush()
    return people


def free_on(store: Store, now: datetime, person: Person, day: int) -> bool:
    """Whether a group could be formed with them at ten on that day of the week."""
    asked = forming_facts.question(store, KIND, now)
    found = [one for one in (*asked.people, *asked.leaders) if one.id == person.id]
    start = day * 1440 + TEN - asked.sizes.ahead
    return is_free(found[0].free, start % WEEK, asked.sizes.minutes)


@pytest.mark.parametrize("who", ["member", "leader"])
def test_no_group_is_formed_at_an_hour_that_somebody_mostly_has_taken(
    store: Store, cast, asking, now, who
):
    person = asking[1] if who == "member" else cast.ana
    assert free_on(store, now, person, 1)
    for n in range(1, 9):
        starts = datetime(2027, 2, 9, 10, 30, tzinfo=NZ) + n * A_WEEK
        if n % 2:
            busy(store, person, starts.astimezone(UTC), (starts + HOUR).astimezone(UTC), sure=n < 4)
    assert not free_on(store, now, person, 1)
    assert free_on(store, now, person, 3)


def test_what_is_taken_now_and_then_stands_in_no_groups_way(store: Store, cast, asking, now):
    for n in (1, 5):
        starts = at("2027-02-09T10:00") + n * A_WEEK
        busy(store, asking[0], starts, starts + HOUR)
    busy(store, asking[0], at("2027-03-01T00:00"), at("2027-03-06T00:00"))
    assert free_on(store, now, asking[0], 1)


def led_by(store: Store, group: Group, now: datetime) -> list[str]:
    return [one.leads.ref for one in rota.turns(store, group, now)[:4] if one.leads]


def test_a_turn_is_dealt_to_whoever_has_nothing_else(store: Store, cast, circle, now):
    first, second = ahead(store, circle, now)[:2]
    busy(store, cast.ana, first.starts_at + HOUR / 2, first.starts_at + 2 * HOUR)
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    assert led_by(store, circle, now) == ["dan", "ana", "dan", "ana"]
    assert rota.turns(store, circle, now)[0].can == []
    assert rota.turns(store, circle, now)[1].can == [cast.dan]
    busy(store, cast.ana, second.starts_at, second.starts_at + HOUR)
    assert led_by(store, circle, now)[1] == "ana"


def test_a_calendar_takes_no_turn_and_leaves_no_meeting_without_anybody(
    store: Store, cast, circle, now
):
    first = ahead(store, circle, now)[0]
    for person in (cast.ana, cast.dan):
        busy(store, person, first.starts_at, first.starts_at + HOUR)
    rota.ask(store, circle, cast.dan, cast.cleo, now)
    assert led_by(store, circle, now)[0] == "ana"
    assert not first.needs_time


@pytest.fixture
def meeting(store: Store, cast, circle, now) -> Meeting:
    """Wednesday 17 February at ten: Ben, Dan and Ada, led by Ana."""
    ada = Person(ref="ada", name="Ada", email="ada@example.org", place=cast.ben.place)
    circle.minimum = 2
    circle.seats += [Seat(person=cast.dan), Seat(person=ada)]
    store.flush()
    return ahead(store, circle, now)[0]


def found(store: Store, meeting: Meeting, now: datetime) -> dict[str, int]:
    times = other_times(store, meeting, now)
    assert {one.of for one in times} <= {3}
    return {f"{one.local:%d %H:%M}": one.can for one in times}


def test_other_times_are_those_at_which_most_can_come(store: Store, cast, meeting, now):
    open_on(store, cast.ana, (0, 1, 3), 60)
    assert found(store, meeting, now) == {
        "15 10:00": 3,
        "16 10:00": 3,
        "18 10:00": 3,
        "22 10:00": 3,
    }
    busy(store, cast.ben, at("2027-02-16T10:30"), at("2027-02-16T11:30"))
    busy(store, cast.ben, at("2027-02-18T09:00"), at("2027-02-18T12:00"), sure=False)
    busy(store, cast.dan, at("2027-02-18T09:00"), at("2027-02-18T12:00"))
    busy(store, cast.ana, at("2027-02-22T10:00"), at("2027-02-22T10:15"))
    assert found(store, meeting, now) == {
        "11 10:00": 3, "15 10:00": 3, "16 10:00": 2, "23 10:00": 3,
    }  # fmt: skip


def test_a_time_that_is_offered_can_be_taken(store: Store, cast, meeting, now):
    best = other_times(store, meeting, now)[0]
    meetings.move(store, meeting, best.local, cast.ana, now)
    assert meeting.local_start == best.local


def test_no_holiday_no_night_and_no_time_that_the_group_has_already(
    store: Store, cast, circle, now
):
    """Waitangi Day was observed on Monday 8 February; the rhythm goes on a fortnight later."""
    circle.seats.append(Seat(person=cast.dan))
    first, second = ahead(store, circle, now)[:2]
    for one in (*other_times(store, second, now), *other_times(store, first, now)):
        assert 8 <= one.local.hour < 21
        assert one.local not in {first.local_start, second.local_start}
        assert one.local.date() > now.astimezone(NZ).date()


def test_a_time_without_a_room_is_not_offered(store: Store, cast, meeting, now):
    """In person at a place with two rooms, of which one is too small."""
    open_on(store, cast.ana, (0, 1, 3), 60)
    place = cast.ben.place
    store.add(MeetingRoom(ref="small", name="Small", place_id=place.id, seats=2))
    room = MeetingRoom(ref="large", name="Large", place_id=place.id, seats=9)
    store.add(room)
    meeting.mode, meeting.place = Mode.IN_PERSON, place
    store.flush()
    assert found(store, meeting, now).keys() >= {"16 10:00", "18 10:00"}
    when = {"starts_at": at("2027-02-16T10:45"), "ends_at": at("2027-02-16T11:45")}
    store.add(RoomUse(room_id=room.id, meeting_id=ahead(store, meeting.group, now)[1].id, **when))
    store.flush()
    assert found(store, meeting, now).keys() & {"16 10:00", "18 10:00"} == {"18 10:00"}


def test_where_too_few_can_come_at_any_time_none_is_offered(store: Store, cast, meeting, now):
    for person in (cast.ben, cast.dan):
        busy(store, person, now, now + 40 * DAY)
    assert other_times(store, meeting, now) == []


def test_where_no_time_is_found_the_page_leads_on(store: Store, cast, meeting, now, sign_in):
    for person in (cast.ben, cast.dan):
        busy(store, person, now, now + 40 * DAY)
    store.commit()
    where, ana = f"/groups/circle/meetings/{meeting.ref}", sign_in(cast.ana)
    page = ana.get(f"{where}/move").text
    assert 'class="btn" href="/groups/circle"' in page
    assert f'href="{where}/cancellation"' in page
    assert ana.get(f"{where}/cancellation").status_code == 200


def test_whoever_leads_reads_how_many_and_never_who(store: Store, cast, meeting, now, sign_in):
    busy(store, cast.ben, at("2027-02-10T00:00"), at("2027-03-10T00:00"))
    store.commit()
    where = f"/groups/circle/meetings/{meeting.ref}/move"
    ana = sign_in(cast.ana)
    page = ana.get(where).text
    assert "2 of 3 can come, as far as we know" in page
    assert "3 of 3" not in page
    for name in ("Ben", "Dan", "Ada"):
        assert name not in page
    assert f'href="{where}"' in ana.get("/groups/circle").text
    assert sign_in(cast.ben).get(where).status_code == 404
    start = other_times(store, meeting, now)[0].local
    store.rollback()
    ana.post(where, data={"start": start.isoformat(timespec="minutes")})
    store.expire_all()
    assert meeting.local_start == start
    meeting.cancelled_at = now
    store.commit()
    assert ana.get(where).status_code == 404


def test_groups_meet_together_only_where_enough_can_come(store: Store, cast, circle, now):
    """Ben could join the other group this once, unless he has something else."""
    circle.minimum = 2
    other = Group(ref="other", name="Other", kind=circle.kind, facilitator=cast.cleo,
                  mode=Mode.VIDEO, minimum=2, maximum=8, seats=[Seat(person=cast.dan)])  # fmt: skip
    store.add(other)
    store.flush()
    start = datetime(2027, 2, 18, 14)  # noqa: DTZ001 - a wall time
    groups.meet(store, other, start, NZ.key, 2, 60, None, now)
    mine, theirs = ahead(store, circle, now)[0], ahead(store, other, now)[0]
    meetings.answer(store, theirs, cast.dan, True, now)
    (shared,) = visits.options(store, mine, now)
    assert (shared.together, shared.busy) == (2, 0)
    busy(store, cast.ben, theirs.starts_at, theirs.starts_at + HOUR)
    assert visits.options(store, mine, now) == []
