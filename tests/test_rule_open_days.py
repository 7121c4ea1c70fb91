"""When one person can meet: never outside their hours, on a closed day, or without the road."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.kinds import Mode
from supervisor.rules.open_days import free, full_days, minutes_on, monday
from supervisor.rules.open_reasons import why_nothing
from supervisor.rules.open_values import (
    REMOTE,
    Around,
    Hours,
    OneOff,
    Spot,
    Taken,
    Visit,
    Way,
    Weekly,
)
from supervisor.rules.openings import Search, starts
from supervisor.rules.words import Words

AUCKLAND, CHATHAM = "Pacific/Auckland", "Pacific/Chatham"
SPRING, AUTUMN = date(2026, 9, 27), date(2027, 4, 4)
MONDAY, THURSDAY = date(2027, 2, 15), date(2027, 2, 18)
DUNEDIN = Spot(1, "Dunedin", "OTA", (-45.874, 170.503), "South")
OAMARU = Spot(2, "Oamaru", "OTA", (-45.097, 170.970), "South")
GORE = Spot(3, "Gore", "STL", (-46.102, 168.943), "South")
NINE_TO_FIVE = tuple(Weekly(day, 540, 1020) for day in range(5))
OTHER_THURSDAYS = Visit(THURSDAY, 2, 600, 900, OAMARU)
VIDEO, PHONE = Way(Mode.VIDEO), Way(Mode.PHONE)
HERE, THERE = Way(Mode.IN_PERSON, DUNEDIN), Way(Mode.IN_PERSON, OAMARU, far=True)
AT_GORE = Way(Mode.IN_PERSON, GORE)


def hours(**changes) -> Hours:
    usual = {"zone": AUCKLAND, "windows": NINE_TO_FIVE, "home": DUNEDIN}
    return Hours(**(usual | changes))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    there = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(AUCKLAND))
    return there.astimezone(UTC)


def said(stretches) -> list[str]:
    there = ZoneInfo(AUCKLAND)
    return [f"{a.astimezone(there):%H:%M}-{b.astimezone(there):%H:%M}" for a, b in stretches]


def test_hours_for_a_way_and_a_place_are_kept_for_them() -> None:
    one = hours(
        windows=(Weekly(0, 540, 600, REMOTE), Weekly(0, 660, 720, Mode.IN_PERSON, OAMARU)),
    )
    assert minutes_on(one, MONDAY, VIDEO) == minutes_on(one, MONDAY, PHONE) == [(540, 600)]
    assert minutes_on(one, MONDAY, HERE) == []
    assert minutes_on(one, MONDAY, THERE) == [(660, 720)]
    assert minutes_on(hours(), MONDAY, HERE) == [(540, 1020)]
    assert minutes_on(hours(), MONDAY, THERE) == []


def test_a_single_day_opens_and_closes_hours() -> None:
    saturday, day = date(2027, 2, 20), MONDAY
    one = hours(
        one_offs=(
            OneOff(saturday, 600, 660, opens=True, mode=Mode.PHONE),
            OneOff(day, 600, 660, opens=False),
            OneOff(day, 900, 960, opens=False, mode=Mode.IN_PERSON, place=DUNEDIN),
        )
    )
    assert minutes_on(one, saturday, PHONE) == [(600, 660)]
    assert minutes_on(one, saturday, VIDEO) == []
    assert minutes_on(one, day, VIDEO) == [(540, 600), (660, 1020)]
    assert minutes_on(one, day, HERE) == [(540, 600), (660, 900), (960, 1020)]
    assert minutes_on(one, day, AT_GORE) == [(540, 600), (660, 1020)]


def test_on_a_public_holiday_only_what_was_opened_for_it_counts() -> None:
    closed = hours(closed=frozenset({THURSDAY}), visits=(OTHER_THURSDAYS,))
    assert not any(minutes_on(closed, THURSDAY, way) for way in (VIDEO, HERE, THERE))
    some = hours(closed=closed.closed, one_offs=(OneOff(THURSDAY, 600, 660, opens=True),))
    assert minutes_on(some, THURSDAY, VIDEO) == [(600, 660)]


def test_every_second_thursday_they_are_elsewhere_and_the_road_is_kept_free() -> None:
    one = hours(visits=(OTHER_THURSDAYS,))
    assert minutes_on(one, THURSDAY, THERE) == [(600, 900)]
    assert minutes_on(one, THURSDAY, HERE) == [(995, 1020)]
    assert minutes_on(one, THURSDAY, VIDEO) == [(600, 900), (995, 1020)]
    assert minutes_on(one, THURSDAY + timedelta(days=7), THERE) == []
    assert minutes_on(one, THURSDAY + timedelta(days=7), HERE) == [(540, 1020)]
    assert minutes_on(one, THURSDAY + timedelta(days=14), THERE) == [(600, 900)]
    assert minutes_on(one, THURSDAY - timedelta(days=14), THERE) == []
    ended = hours(visits=(OTHER_THURSDAYS._replace(last=THURSDAY),))
    assert minutes_on(ended, THURSDAY + timedelta(days=14), THERE) == []


def test_a_visit_that_is_closed_for_the_day_is_not_made() -> None:
    closed = OneOff(THURSDAY, 0, 1440, opens=False, mode=Mode.IN_PERSON, place=OAMARU)
    one = hours(visits=(OTHER_THURSDAYS,), one_offs=(closed,))
    assert minutes_on(one, THURSDAY, THERE) == []
    assert minutes_on(one, THURSDAY, HERE) == [(540, 1020)]


def test_a_meeting_elsewhere_needs_the_road_from_the_one_before() -> None:
    busy = (Taken(at(MONDAY, 12), at(MONDAY, 13), OAMARU),)
    assert said(free(hours(busy=busy), MONDAY, MONDAY, HERE)) == ["09:00-10:25", "14:35-17:00"]
    assert said(free(hours(busy=busy), MONDAY, MONDAY, VIDEO)) == ["09:00-10:25", "14:35-17:00"]
    there = Way(Mode.IN_PERSON, OAMARU)
    assert said(free(hours(busy=busy), MONDAY, MONDAY, there)) == ["09:00-12:00", "13:00-17:00"]
    fast = hours(busy=busy, around=Around(kmh=120))
    assert said(free(fast, MONDAY, MONDAY, HERE)) == ["09:00-11:10", "13:50-17:00"]
    nowhere = hours(busy=busy, home=None)
    assert said(free(nowhere, MONDAY, MONDAY, VIDEO)) == ["09:00-12:00", "13:00-17:00"]


def test_a_call_on_a_visit_day_is_taken_where_they_are() -> None:
    call = Taken(at(THURSDAY, 12), at(THURSDAY, 13))
    one = hours(visits=(OTHER_THURSDAYS,), busy=(call,))
    assert said(free(one, THURSDAY, THURSDAY, THERE)) == ["10:00-12:00", "13:00-15:00"]
    met = Taken(at(THURSDAY, 12), at(THURSDAY, 13), OAMARU)
    one = hours(visits=(OTHER_THURSDAYS,), busy=(met,))
    assert said(free(one, THURSDAY, THURSDAY, VIDEO))[:2] == ["10:00-12:00", "13:00-15:00"]


def test_minutes_are_kept_free_around_each_meeting() -> None:
    busy = (Taken(at(MONDAY, 12), at(MONDAY, 13)),)
    quiet = hours(busy=busy, around=Around(before=10, after=20))
    assert said(free(quiet, MONDAY, MONDAY, VIDEO)) == ["09:00-11:40", "13:20-17:00"]
    away = hours(busy=(Taken(*busy[0][:2], OAMARU),), around=Around(before=10, after=20))
    assert said(free(away, MONDAY, MONDAY, VIDEO)) == ["09:00-09:55", "15:05-17:00"]


def test_busy_elsewhere_takes_its_time_and_nothing_around_it() -> None:
    elsewhere = ((at(MONDAY, 12), at(MONDAY, 13)),)
    one = hours(elsewhere=elsewhere, around=Around(before=10, after=20))
    assert said(free(one, MONDAY, MONDAY, VIDEO)) == ["09:00-12:00", "13:00-17:00"]
    whole = hours(elsewhere=((at(MONDAY, 9), at(MONDAY, 17)),))
    assert reason(whole) == "Every hour is taken."


def test_where_they_come_in_hours_that_name_no_place() -> None:
    one = hours(reach_km=None, visits=(OTHER_THURSDAYS,))
    assert one.reaches(DUNEDIN, 0)
    assert not one.reaches(OAMARU, 50)
    assert one.reaches(OAMARU, 150)
    assert not one.reaches(OAMARU._replace(land="North"), 150)
    assert not one.reaches(OAMARU._replace(point=None), 150)
    assert not hours(home=None).reaches(DUNEDIN, 150)
    assert one.named == [OAMARU]


def reason(one: Hours, day: date = MONDAY, holiday: Words | None = None) -> str:
    return str(why_nothing(one, day, [VIDEO, HERE], holiday))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leave": ((MONDAY, date(2027, 2, 20)),)}, "Away until 2027-02-20."),
        ({"leave": ((MONDAY, date.max),)}, "Has left."),
        ({"closed": frozenset({MONDAY})}, "Otago Anniversary Day"),
        ({"one_offs": (OneOff(MONDAY, 0, 1440, opens=False),)}, "Closed for this day."),
        ({"windows": NINE_TO_FIVE[1:]}, "No hours on this weekday."),
        ({"windows": (Weekly(0, 540, 550),)}, "No hour is long enough."),
    ],
)
def test_a_day_with_nothing_says_why(changes, words) -> None:
    assert reason(hours(**changes), holiday=Words("Otago Anniversary Day")) == words


def test_a_full_day_says_how_many_meetings_it_holds() -> None:
    busy = tuple(Taken(at(MONDAY, n), at(MONDAY, n + 1)) for n in (9, 11, 13))
    tuesday = MONDAY + timedelta(days=1)

    def full(most_a_day: int, most_a_week: int, some: tuple[Taken, ...] = busy) -> Hours:
        return hours(busy=some, full_days=full_days(some, AUCKLAND, most_a_day, most_a_week))

    assert reason(full(3, 20)) == "Full: 3 meetings that day."
    assert reason(full(1, 20, busy[:1])) == "Full: 1 meeting that day."
    assert reason(full(9, 3), tuesday) == "Full: 3 meetings that week."
    assert reason(full(9, 9)) == "Every hour is taken. Meetings that day: 3."


minutes = st.sampled_from([0, 60, 300, 420, 540, 600, 630, 720, 840, 900, 1020, 1200, 1440])
spans = st.tuples(minutes, minutes).filter(lambda span: span[0] < span[1])
spots = st.sampled_from([DUNEDIN, OAMARU, GORE])
modes = st.sampled_from([None, REMOTE, *Mode])
ways = st.sampled_from([VIDEO, PHONE, HERE, THERE, AT_GORE, Way(Mode.IN_PERSON)])


@st.composite
def lives(draw) -> tuple[Hours, date]:
    """Somebody's hours in the weeks around a clock change, and the first day of them."""
    first = draw(st.sampled_from([SPRING, AUTUMN])) - timedelta(days=draw(st.integers(0, 6)))
    zone = draw(st.sampled_from([AUCKLAND, CHATHAM]))
    day = st.integers(0, 9).map(lambda n: first + timedelta(days=n))

    def placed(mode: str | None) -> Spot | None:
        return draw(st.none() | spots) if mode in {None, Mode.IN_PERSON} else None

    windows = [
        Weekly(draw(st.integers(0, 6)), *draw(spans), mode := draw(modes), placed(mode))
        for _ in range(draw(st.integers(0, 8)))
    ]
    one_offs = [
        OneOff(draw(day), *draw(spans), draw(st.booleans()), mode := draw(modes), placed(mode))
        for _ in range(draw(st.integers(0, 4)))
    ]
    visits = [
        Visit(draw(day) - timedelta(days=14), draw(st.integers(1, 2)), *draw(spans), draw(spots))
        for _ in range(draw(st.integers(0, 2)))
    ]
    busy = []
    for _ in range(draw(st.integers(0, 5))):
        begins = datetime.combine(draw(day), datetime.min.time(), UTC) + timedelta(
            minutes=15 * draw(st.integers(0, 95))
        )
        ends = begins + timedelta(minutes=draw(st.sampled_from([30, 60])))
        busy.append(Taken(begins, ends, draw(st.none() | spots)))
    return (
        Hours(
            zone,
            tuple(windows),
            leave=tuple((d, d + timedelta(days=1)) for d in draw(st.lists(day, max_size=1))),
            closed=frozenset(draw(st.lists(day, max_size=2))),
            busy=tuple(sorted(busy, key=lambda one: one.starts_at)),
            full_days=full_days(busy, zone, draw(st.integers(1, 3)), draw(st.integers(2, 5))),
            one_offs=tuple(one_offs),
            visits=tuple(visits),
            around=Around(draw(st.sampled_from([0, 10])), draw(st.sampled_from([0, 15])), 60),
            home=draw(st.none() | st.just(DUNEDIN)),
        ),
        first,
    )


def is_of_way(one: Weekly | OneOff, way: Way) -> bool:
    return one.mode in {None, way.mode} or (one.mode == REMOTE and way.mode != Mode.IN_PERSON)


def is_open(one: Hours, day: date, minute: int, way: Way) -> bool:
    """The same again, minute by minute and as plainly as it can be said."""
    in_person = way.mode == Mode.IN_PERSON

    def covers(x) -> bool:
        return x.starts <= minute < x.ends

    def fits(x) -> bool:
        same = way.place is not None and x.place is not None and x.place.id == way.place.id
        somewhere = (x.place is None and not way.far) or same
        return covers(x) and is_of_way(x, way) and (not in_person or somewhere)

    def shuts(x) -> bool:
        same = way.place is not None and x.place is not None and x.place.id == way.place.id
        return covers(x) and is_of_way(x, way) and (x.place is None or (in_person and same))

    days = [x for x in one.one_offs if x.on == day]
    if any(shuts(x) for x in days if not x.opens):
        return False
    if any(fits(x) for x in days if x.opens):
        return True
    if day in one.closed:
        return False
    visited = [v for v in one.visits if v.falls_on(day) and covers(v)]
    there = any(way.place and v.place.id == way.place.id for v in visited)
    return (in_person and there) or any(fits(w) for w in one.windows if w.weekday == day.weekday())


@given(lives(), ways, st.sampled_from([30, 60, 90]), st.integers(0, 72))
def test_no_opening_breaks_any_of_what_was_said(life, way, length, notice) -> None:
    one, first = life
    there, last = ZoneInfo(one.zone), first + timedelta(days=9)
    earliest = datetime.combine(first, datetime.min.time(), UTC) + timedelta(hours=notice)
    latest = earliest + timedelta(days=6)
    search = Search(earliest, latest, one.zone, length)
    for begins in starts(free(one, first, last, way), search):
        ends = begins + timedelta(minutes=length)
        assert earliest <= begins
        assert ends <= latest
        for n in range(0, length, 5):
            local = (begins + timedelta(minutes=n)).astimezone(there)
            assert is_open(one, local.date(), local.hour * 60 + local.minute, way)
            assert local.date() not in one.full_days
            assert not any(f <= local.date() < back for f, back in one.leave)
        apart = max(one.around.before, one.around.after)
        for taken in one.busy:
            gap = max(begins - taken.ends_at, taken.starts_at - ends)
            assert gap >= timedelta(minutes=apart)
            far = way.place and taken.place and taken.place.id != way.place.id
            if far:
                assert gap >= timedelta(minutes=60)


@given(lives())
def test_nobody_has_more_meetings_than_they_want(life) -> None:
    one, first = life
    for most_a_day, most_a_week in ((1, 9), (2, 3)):
        full = full_days(one.busy, one.zone, most_a_day, most_a_week)
        there = ZoneInfo(one.zone)
        days = Counter(taken.starts_at.astimezone(there).date() for taken in one.busy)
        weeks = Counter(monday(day) for day in days.elements())
        for day in (first + timedelta(days=n) for n in range(10)):
            too_many = days[day] >= most_a_day or weeks[monday(day)] >= most_a_week
            assert (day in full) == too_many
