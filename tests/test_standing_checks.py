"""Every night all of it is worked out anew: what differs is put right, and never in silence."""

import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from supervisor import clock, entitlements, schedule, standing_jobs
from supervisor.alerts import alerts, standing_checks
from supervisor.models import Entitlement, Flip, Session, StandingCheck, Store
from supervisor.rules.kinds import Standing
from supervisor.rules.pace import PaceSettings
from supervisor.settings import HubSettings, read, save
from supervisor.tuning import tuning
from tests.test_entitlements import at, held, session


@pytest.fixture
def good(store: Store, cast) -> Entitlement:
    """Four held by 9 April, looked at on the 10th: nothing is booked from the 28th on."""
    store.add_all([held(cast, *day) for day in [(1, 15), (2, 12), (3, 12), (4, 9)]])
    entitlements.reassess(store, cast.entitlement, at(4, 10), looked=True)
    store.commit()
    return cast.entitlement


def past_the_hub(store: Store, owed: Entitlement, **values) -> None:
    """Written as no act writes it."""
    store.execute(update(Entitlement).where(Entitlement.id == owed.id).values(**values))
    store.commit()


def test_all_agree_and_that_is_written_down(store: Store, good: Entitlement) -> None:
    made = standing_jobs.check(store, at(4, 20))
    assert (made.looked, made.found, made.named) == (1, 0, [])
    assert standing_checks.last(store) == made


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"standing": Standing.BEHIND}, ("behind", "on_track", date(2027, 4, 28))),
        ({"look_again_on": None}, ("on_track", "on_track", None)),
        ({"look_again_on": at(4, 29, 0)}, ("on_track", "on_track", date(2027, 4, 29))),
    ],
    ids=["another standing", "never looked at again", "looked at a day late"],
)
def test_what_differs_is_put_right_logged_and_named(
    store: Store, good: Entitlement, wrong, kept, caplog: pytest.LogCaptureFixture
) -> None:
    past_the_hub(store, good, **wrong)
    with caplog.at_level(logging.ERROR):
        made = standing_jobs.check(store, at(4, 20))
    ((owed, differs),) = standing_checks.named(store, made)
    assert owed == good
    assert (differs.kept, differs.right, differs.look) == kept
    assert differs.due == date(2027, 4, 28)
    assert "ben-2027" in caplog.text
    assert good.standing == Standing.ON_TRACK
    assert good.look_again_on <= at(4, 28, 0)
    for one in alerts.due(store, at(4, 20)):
        alerts.raise_one(store, one, at(4, 20))
    store.commit()
    assert standing_jobs.check(store, at(4, 21)).found == 0


def test_a_standing_that_was_wrong_leaves_a_flip(store: Store, good: Entitlement) -> None:
    past_the_hub(store, good, standing=Standing.BEHIND)
    standing_jobs.check(store, at(4, 20))
    assert store.scalars(select(Flip.after)).all() == [Standing.ON_TRACK]


def test_looking_too_soon_is_no_fault(store: Store, good: Entitlement) -> None:
    past_the_hub(store, good, look_again_on=at(4, 25, 0))
    assert standing_jobs.check(store, at(4, 20)).found == 0


def test_what_waits_to_be_looked_at_is_left_to_whoever_looks(
    store: Store, good: Entitlement
) -> None:
    past_the_hub(store, good, standing=Standing.BEHIND, look_again_on=at(4, 20, 8))
    assert standing_jobs.check(store, at(4, 20)).found == 0


def test_a_meeting_that_has_begun_since_is_no_fault(store: Store, cast, good: Entitlement) -> None:
    """It is booked in the morning, and not in the afternoon: that is looked at the day after."""
    ahead = session(cast, 4, 29)
    store.add(ahead)
    entitlements.reassess(store, good, at(4, 20), looked=True)
    store.commit()
    assert entitlements.position(store, good, at(4, 29, 12)).standing == Standing.NOTHING_BOOKED
    assert standing_jobs.check(store, at(4, 29, 12)).found == 0
    assert good.look_again_on == at(4, 30, 0)


def test_what_was_changed_past_every_act_is_found(store: Store, cast, good: Entitlement) -> None:
    """A session that somebody wrote into the database by hand."""
    store.execute(update(Session).where(Session.starts_at == at(4, 9, 10)).values(outcome=None))
    store.execute(update(Session).values(counts=False))
    store.commit()
    made = standing_jobs.check(store, at(4, 20))
    assert (made.found, made.named[0]["right"]) == (1, "behind")
    assert good.standing == Standing.BEHIND


def test_it_is_once_a_night_by_the_hubs_clock(store: Store, good: Entitlement) -> None:
    made = select(func.count()).select_from(StandingCheck)
    for now, count in [(at(4, 20, 2), 0), (at(4, 20, 3), 1), (at(4, 20, 4), 1), (at(4, 21, 3), 2)]:
        clock.set_to(now)
        assert schedule.run_one("check where everything stands", now)
        assert store.scalar(made) == count


def test_a_few_at_a_time_are_all_looked_at(store: Store, cast, good, monkeypatch) -> None:
    monkeypatch.setattr(standing_checks, "AT_ONCE", 2)
    store.add_all(
        Entitlement(
            ref=f"more-{n}", person=cast.dan, kind="buddy", sessions=6, minutes=45,
            starts_on=good.starts_on, ends_on=good.ends_on,
        )
        for n in range(4)
    )  # fmt: skip
    store.flush()
    entitlements.reassess_all(store, list(store.scalars(select(Entitlement))), at(1, 2))
    store.commit()
    past_the_hub(store, good, standing=Standing.SLIPPING)
    made = standing_jobs.check(store, at(1, 2) - timedelta(minutes=1))
    assert (made.looked, made.found) == (5, 1)


def test_the_hub_reads_what_differed_on_every_page_until_all_agree(
    store: Store, cast, good: Entitlement, sign_in
) -> None:
    clock.set_to(at(4, 20))
    past_the_hub(store, good, standing=Standing.BEHIND)
    cleo = sign_in(cast.cleo)
    cleo.post("/trail/standings")
    assert "Something was put right here" in cleo.get("/today").text
    page = cleo.get("/trail").text
    assert "Ben Harris" in page
    assert "It was put right." in page
    clock.set_to(at(4, 21))
    cleo.post("/trail/standings")
    assert "Something was put right here" not in cleo.get("/today").text
    assert "All agree." in cleo.get("/trail").text


def test_another_line_for_pace_is_looked_at_with_the_next_tick(
    store: Store, cast, good: Entitlement, sign_in
) -> None:
    """On 20 April 3.01 are expected and four are held: with a share of a tenth of an interval
    nothing booked begins at once."""
    clock.set_to(at(4, 20))
    given = {name: getattr(PaceSettings(), name) for name in tuning.knobs(PaceSettings)}
    cleo = sign_in(cast.cleo)
    cleo.post("/settings/PaceSettings", data=given | {"nothing_booked_share": "0.1"})
    assert read(store, PaceSettings).nothing_booked_share == 0.1
    assert schedule.run_one("raise alerts", at(4, 20))
    store.refresh(good)
    assert good.standing == Standing.NOTHING_BOOKED
    assert standing_jobs.check(store, at(4, 20)).found == 0


def test_a_period_that_is_over_is_not_looked_at_for_it(store: Store, good: Entitlement) -> None:
    later = at(1, 20, year=2028)
    entitlements.reassess(store, good, later, looked=True)
    save(store, HubSettings(time_zone="Pacific/Chatham"))
    entitlements.look_at_all(store, later)
    assert alerts.due(store, later) == []
