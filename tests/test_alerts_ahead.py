"""Too few in the end: seen by the hub long before the pace is lost."""

import pytest
from sqlalchemy import select

from supervisor import clock, entitlements, schedule
from supervisor.alerts.alert_causes import AlertSettings
from supervisor.models import Alert, Message, Store
from supervisor.rules.kinds import Standing
from supervisor.settings import save
from tests.test_entitlements import at, held, session


@pytest.fixture
def slow(store: Store, cast) -> None:
    """Ana and Ben meet every two months; it is 10 May, and the next time is near."""
    clock.set_to(at(5, 10))
    store.add_all([held(cast, 1, 20), held(cast, 3, 17), session(cast, 5, 19)])
    entitlements.reassess(store, cast.entitlement, at(5, 10))
    cast.entitlement.look_again_on = at(6, 1)
    assert cast.entitlement.standing == Standing.ON_TRACK
    store.commit()


def raised(store: Store) -> list[tuple[str, bool]]:
    store.expire_all()
    return [(one.name, one.ended_at is None) for one in store.scalars(select(Alert))]


def run(name: str) -> None:
    """That job of the worker process, at the time that it is."""
    (job,) = (job for job in schedule.JOBS if job.name == name)
    assert schedule._run(job, clock.now())


def test_who_is_on_track_and_likely_short_is_on_the_hubs_list_and_nobody_is_written_to(
    store: Store, cast, slow, sign_in
) -> None:
    run("look ahead")
    run("look ahead")
    assert raised(store) == [("forecast_short", True)]
    assert store.scalars(select(Message)).all() == []
    page = sign_in(cast.cleo).get("/today").text
    assert "Too few in the end" in page
    assert "If nothing changes, this ends at about 7 of 10." in page
    alert = store.scalars(select(Alert)).one()
    shown = sign_in(cast.cleo).get(f"/alerts/{alert.ref}").text
    assert "Ben Harris is on track now, and will likely still have fewer meetings" in shown
    assert "Find cover" in shown


def test_booking_enough_takes_it_off_the_list_at_once_and_ends_it(
    store: Store, cast, slow, sign_in
) -> None:
    run("look ahead")
    store.add_all([session(cast, 6, n, booked_at=at(5, 10)) for n in range(1, 8)])
    store.commit()
    assert "Too few in the end" not in sign_in(cast.cleo).get("/today").text
    run("search for alerts")
    assert raised(store) == [("forecast_short", False)]


def test_when_the_end_is_near_it_is_too_late_to_foresee(store: Store, cast, slow) -> None:
    save(store, AlertSettings(forecast_days=300))
    store.commit()
    run("look ahead")
    assert raised(store) == []


def test_who_needs_somebody_already_is_not_on_the_list_twice(store: Store, cast, slow) -> None:
    clock.set_to(at(7, 20))
    entitlements.reassess(store, cast.entitlement, at(7, 20))
    store.commit()
    run("look ahead")
    assert raised(store) == []
