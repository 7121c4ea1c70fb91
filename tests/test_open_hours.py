"""Weekly hours as their owner writes them down: saved, refused, and what they leave as it is."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.availability import open_hours
from supervisor.availability.open_hours import Hours
from supervisor.errors import NotFound, Refused
from supervisor.models import Audit, Proposal, Session, Store, Window
from supervisor.openings import openings
from supervisor.plans import plans
from supervisor.rules.kinds import Mode
from tests.everybody import settle

MORNING = Hours(2, 540, 720)
EVENING = Hours(2, 1020, 1440, Mode.VIDEO)


def test_the_week_is_what_was_written_down_last(store: Store, cast, now) -> None:
    assert len(open_hours.week(cast.ana)) == 5
    open_hours.save(store, cast.ana, [EVENING, MORNING], cast.ana, now)
    assert open_hours.week(cast.ana) == [MORNING, EVENING]
    assert {w.weekday for w in cast.ben.windows} == set(range(5))


def test_what_stays_as_it_was_keeps_its_row_and_its_place(store: Store, cast, now) -> None:
    kept = next(w for w in cast.ana.windows if w.weekday == 2)
    kept.place_id = cast.dunedin.id
    same = Hours(2, kept.starts_minute, kept.ends_minute, None, cast.dunedin.id)
    open_hours.save(store, cast.ana, [same, Hours(3, 540, 600)], cast.ana, now)
    assert store.get_one(Window, kept.id).place_id == cast.dunedin.id
    assert len(cast.ana.windows) == 2


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ([Hours(2, 540, 540)], "row0"),
        ([Hours(2, 540, 1441)], "row0"),
        ([Hours(7, 540, 600)], "row0"),
        ([Hours(2, 540, 600, "smoke")], "row0"),
        ([MORNING, Hours(3, 540, 720), Hours(2, 700, 800)], "row2"),
        ([Hours(1, n, n + 1) for n in range(41)], None),
    ],
)
def test_a_slip_names_its_row_and_changes_nothing(store, cast, now, wanted, field) -> None:
    with pytest.raises(Refused) as refused:
        open_hours.save(store, cast.ana, wanted, cast.ana, now)
    assert refused.value.field == field
    assert len(cast.ana.windows) == 5


def test_free_for_two_ways_at_once_and_right_after_one_another_is_no_slip(store, cast, now) -> None:
    wanted = [MORNING, Hours(2, 540, 720, Mode.PHONE), Hours(2, 720, 800)]
    open_hours.save(store, cast.ana, wanted, cast.ana, now)
    assert len(cast.ana.windows) == 3


def test_booked_meetings_outside_stay_and_are_named(store: Store, cast, now) -> None:
    settle(store, cast, now)
    assert open_hours.outside(store, cast.ben, now) == []
    named = open_hours.save(store, cast.ben, [Hours(2, 600, 720)], cast.ben, now)
    assert [session.ref for session in named] == ["session-1"]
    assert store.scalar(select(Session.outcome).where(Session.ref == "session-1")) is None
    named = open_hours.save(store, cast.ben, [Hours(2, 540, 720, Mode.PHONE)], cast.ben, now)
    assert [session.ref for session in named] == ["session-1"]
    assert open_hours.save(store, cast.ben, [Hours(2, 540, 600)], cast.ben, now) == []


def test_nothing_is_offered_or_proposed_outside_them(store: Store, cast, now) -> None:
    plans.plan(store, date(2027, 2, 10), date(2027, 12, 31), now)
    open_hours.save(store, cast.ana, [MORNING], cast.ana, now)
    proposed = store.scalars(select(Proposal)).all()
    offered = openings.openings(store, cast.entitlement, now).times
    assert offered
    assert {time.local_start.weekday() for time in offered} == {2}
    assert {one.starts_at.weekday() for one in proposed} <= {1, 2}


def test_only_they_and_the_hub_for_them_may(store: Store, cast: SimpleNamespace, now) -> None:
    with pytest.raises(NotFound):
        open_hours.save(store, cast.ana, [], cast.dan, now)
    open_hours.save(store, cast.ana, [], cast.cleo, now)
    assert open_hours.week(cast.ana) == []
    trail = store.scalars(select(Audit).where(Audit.noun == "hours")).one()
    assert (trail.by_id, trail.for_id) == (cast.cleo.id, cast.ana.id)
