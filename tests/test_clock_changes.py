"""Nothing begins at an hour that the clocks skip or show twice, and what goes over such a night
keeps its hour on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.errors import Refused
from supervisor.groups import groups, meetings
from supervisor.models import Meeting, Session, Store
from supervisor.rules.kinds import Mode
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series, sessions
from supervisor.zones import to_local
from tests.cast import led_by_ana
from tests.mail_calendar import carrying, part_of
from tests.readers import by_icalendar, by_vobject

AUCKLAND, CHATHAM = "Pacific/Auckland", "Pacific/Chatham"
SPRING, AUTUMN = (datetime.fromisoformat(day) for day in ("2026-09-27", "2027-04-04"))
NEVER_OR_TWICE = [
    (AUCKLAND, SPRING, (2, 0)), (AUCKLAND, SPRING, (2, 59)),
    (AUCKLAND, AUTUMN, (2, 0)), (AUCKLAND, AUTUMN, (2, 59)),
    (CHATHAM, SPRING, (2, 45)), (CHATHAM, SPRING, (3, 44)),
    (CHATHAM, AUTUMN, (2, 45)), (CHATHAM, AUTUMN, (3, 44)),
]  # fmt: skip
JUST_OUTSIDE = [
    (AUCKLAND, SPRING, (1, 59)), (AUCKLAND, SPRING, (3, 0)),
    (AUCKLAND, AUTUMN, (1, 59)), (AUCKLAND, AUTUMN, (3, 0)),
    (CHATHAM, SPRING, (2, 44)), (CHATHAM, SPRING, (3, 45)),
    (CHATHAM, AUTUMN, (2, 44)), (CHATHAM, AUTUMN, (3, 45)),
]  # fmt: skip


def some_weeks_before(night: datetime) -> datetime:
    clock.set_to(night.replace(tzinfo=UTC) - timedelta(days=40))
    return clock.now()


def once(local: datetime, zone: str) -> bool:
    """Whether a clock there shows it, and once."""
    there = local.replace(tzinfo=ZoneInfo(zone))
    return there.utcoffset() == there.replace(fold=1).utcoffset()


@pytest.mark.parametrize(("zone", "night", "at"), NEVER_OR_TWICE)
def test_no_rhythm_begins_there_and_a_meeting_of_one_needs_a_time(
    store: Store, cast, zone: str, night: datetime, at: tuple[int, int]
) -> None:
    group, hour = led_by_ana(store, cast), timedelta(hours=at[0], minutes=at[1])
    now = some_weeks_before(night)
    with pytest.raises(Refused):
        groups.meet(store, group, night + hour, zone, 1, 60, None, now)
    groups.meet(store, group, night - timedelta(weeks=1) + hour, zone, 1, 60, None, now)
    laid = store.scalars(select(Meeting).order_by(Meeting.starts_at)).all()
    (that_night,) = [one for one in laid if one.local_start == night + hour]
    assert that_night.needs_time
    assert {one.local_start.time() for one in laid} == {(night + hour).time()}
    assert all(once(one.local_start, zone) for one in laid if not one.needs_time)
    other = next(one for one in laid if not one.needs_time)
    with pytest.raises(Refused):
        meetings.move(store, other, night + hour, cast.ana, now)


@pytest.mark.parametrize(("zone", "night", "at"), JUST_OUTSIDE)
def test_a_minute_beside_it_is_a_time_like_any_other(
    store: Store, cast, zone: str, night: datetime, at: tuple[int, int]
) -> None:
    group, hour = led_by_ana(store, cast), timedelta(hours=at[0], minutes=at[1])
    now = some_weeks_before(night)
    groups.meet(store, group, night - timedelta(weeks=1) + hour, zone, 1, 60, None, now)
    first, second = store.scalars(select(Meeting).order_by(Meeting.starts_at).limit(2))
    assert not second.needs_time
    assert second.starts_at - first.starts_at in {
        timedelta(weeks=1, hours=hours) for hours in (-1, 0, 1)
    }
    assert to_local(second.starts_at, zone) == second.local_start == night + hour


@pytest.mark.parametrize("fold", [0, 1])
def test_two_are_booked_at_no_hour_that_comes_twice(store: Store, cast, fold: int) -> None:
    """An instant is clear; the hour that stands in a calendar is not."""
    clock.set_to(datetime(2027, 2, 9, 20, tzinfo=UTC))
    night = (AUTUMN + timedelta(hours=2, minutes=30)).replace(fold=fold, tzinfo=ZoneInfo(AUCKLAND))
    with pytest.raises(Refused):
        sessions.book(
            store, cast.entitlement, night.astimezone(UTC), Mode.VIDEO, cast.cleo, clock.now()
        )
    booked = sessions.book(
        store, cast.entitlement, datetime(2027, 4, 6, 22, tzinfo=UTC), Mode.VIDEO, cast.cleo,
        clock.now(),
    )  # fmt: skip
    with pytest.raises(Refused):
        sessions.move(store, booked, night.astimezone(UTC), None, cast.cleo, clock.now())
    assert store.scalars(select(Session.starts_at)).all() == [booked.starts_at]


@pytest.mark.parametrize("zone", [AUCKLAND, CHATHAM])
@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_a_series_over_that_night_is_read_alike_from_its_mail(
    app, store: Store, cast, zone: str, night: datetime
) -> None:
    """At ten on the wall before it and after it, in the mail and for both readers."""
    cast.ben.time_zone = cast.ana.time_zone = zone
    some_weeks_before(night)
    cast.entitlement.starts_on = (night - timedelta(days=60)).date()
    cast.entitlement.ends_on = (night + timedelta(days=200)).date()
    cast.match.starts_on = cast.entitlement.starts_on
    first = (night - timedelta(days=19)).replace(hour=10, tzinfo=ZoneInfo(zone))
    wanted = series.Asked(
        cast.entitlement, first.astimezone(UTC), Mode.VIDEO, Rhythm.WEEKLY, cast.cleo
    )
    some, _left = series.book(store, wanted, clock.now())
    with carrying(app, store) as carry:
        (mail,) = carry("ben")
    octets = part_of(mail).get_payload(decode=True)
    starts = {one.starts_at for one in some}
    there = [one.astimezone(ZoneInfo(zone)) for one in starts]
    assert {one.zone for one in some} == {zone}
    assert {one.hour for one in there} == {10}
    assert len({one.utcoffset() for one in there}) == 2
    for read in (by_icalendar, by_vobject):
        assert {start for _uid, start, *_rest in read(octets)} == starts
