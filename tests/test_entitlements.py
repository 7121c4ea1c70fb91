"""Where entitlements stand, read from the records and written back."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select, update

from supervisor import entitlements
from supervisor.models import (
    Amendment,
    Confirmation,
    Entitlement,
    Flip,
    Leave,
    Match,
    Person,
    Session,
    Store,
)
from supervisor.rules.kinds import Answer, Kind, MatchState, Mode, Outcome, Side, Standing
from supervisor.rules.pace import PaceSettings
from supervisor.settings import HubSettings, save

HERE = ZoneInfo("Pacific/Auckland")


def at(month: int, day: int, hour: int = 9, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, tzinfo=HERE).astimezone(UTC)


def session(cast: SimpleNamespace, month: int, day: int, **given) -> Session:
    start = datetime.combine(date(2027, month, day), time(10))
    return Session(
        entitlement=given.pop("entitlement", cast.entitlement),
        provider=cast.ana,
        starts_at=start.replace(tzinfo=HERE),
        local_start=start,
        zone=HERE.key,
        minutes=60,
        mode=Mode.VIDEO,
        changed_at=at(1, 1),
        **given,
    )


def held(cast: SimpleNamespace, month: int, day: int, **given) -> Session:
    return session(cast, month, day, outcome=Outcome.HELD, **given)


def said(*sides: Side, answer: Answer = Answer.HELD) -> list[Confirmation]:
    return [Confirmation(side=side, answer=answer, said_at=at(1, 20)) for side in sides]


def test_monthly_from_10_february_is_on_track_the_day_before(store: Store, cast) -> None:
    store.add_all([session(cast, month, 10) for month in range(2, 12)])
    position = entitlements.position(store, cast.entitlement, at(2, 9))
    assert (position.standing, round(position.expected, 2)) == (Standing.ON_TRACK, 1.10)
    assert (position.held, position.delivered, position.booked) == (0, 0, 10)


@pytest.mark.parametrize(
    ("held_on", "on", "standing", "since"),
    [
        ([(1, 15), (2, 12), (3, 12), (4, 9)], (4, 27), Standing.ON_TRACK, None),
        ([(1, 15), (2, 12), (3, 12), (4, 9)], (4, 28), Standing.NOTHING_BOOKED, (4, 28)),
        ([(1, 15)], (4, 30), Standing.BEHIND, (4, 20)),
    ],
)
def test_the_golden_year(store: Store, cast, held_on, on, standing, since) -> None:
    store.add_all([held(cast, *day) for day in held_on])
    position = entitlements.position(store, cast.entitlement, at(*on))
    assert position.standing == standing
    assert since is None or position.since == date(2027, *since)


def test_behind_is_by_what_was_expected_less_what_was_held(store: Store, cast) -> None:
    store.add(held(cast, 1, 15))
    position = entitlements.position(store, cast.entitlement, at(4, 30))
    assert (round(position.expected, 2), round(position.behind_by, 2)) == (3.29, 2.29)


def test_held_and_delivered_and_booked_are_three_numbers(store: Store, cast) -> None:
    store.add_all(
        [
            held(cast, 1, 15, confirmations=said(Side.WORKER, Side.PROVIDER)),
            held(cast, 1, 22, confirmations=said(Side.PROVIDER)),
            held(cast, 1, 5, counts=False, confirmations=said(Side.WORKER, Side.PROVIDER)),
            session(cast, 1, 29),
            session(cast, 2, 3, outcome=Outcome.CANCELLED_BY_WORKER, cancelled_at=at(2, 1)),
            session(cast, 2, 24),
        ]
    )
    position = entitlements.position(store, cast.entitlement, at(2, 10))
    assert (position.held, position.delivered, position.booked) == (2, 1, 1)
    assert (position.last_held, position.next_booked) == (date(2027, 1, 22), date(2027, 2, 24))


def test_a_session_is_booked_until_the_minute_it_begins(store: Store, cast) -> None:
    store.add(session(cast, 2, 10))
    assert entitlements.position(store, cast.entitlement, at(2, 10, 9)).booked == 1
    assert entitlements.position(store, cast.entitlement, at(2, 10, 10)).booked == 0


def test_leave_amendments_and_settings_are_looked_up(store: Store, cast) -> None:
    store.add(Leave(person_id=cast.ben.id, starts_on=date(2027, 2, 8), ends_on=date(2027, 2, 10)))
    cast.entitlement.amendments = [
        Amendment(from_on=date(2027, 3, 1), sessions=12, made_at=at(2, 1))
    ]
    assert entitlements.position(store, cast.entitlement, at(2, 9)).standing == Standing.PAUSED
    assert entitlements.position(store, cast.entitlement, at(3, 1)).contracted == 12
    save(store, PaceSettings(slipping_at=5, nothing_booked_share=9))
    assert entitlements.position(store, cast.entitlement, at(2, 10)).standing == Standing.ON_TRACK


def test_an_offer_is_no_provider_yet_and_a_cover_is_one(store: Store, cast) -> None:
    cast.match.state, cast.match.ends_on = MatchState.ENDED, date(2027, 1, 31)
    store.add(Match(entitlement=cast.entitlement, provider=cast.dan))
    assert entitlements.position(store, cast.entitlement, at(2, 1)).standing == Standing.NOT_MATCHED
    days = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 2, 28)}
    cover = Match(
        entitlement=cast.entitlement, provider=cast.dan, cover=True, state="active", **days
    )
    store.add(cover)
    assert entitlements.position(store, cast.entitlement, at(2, 1)).standing != Standing.NOT_MATCHED
    found = [
        entitlements.running_match(store, cast.entitlement, date(2027, month, 1), cover=is_cover)
        for month, is_cover in [(1, False), (2, False), (2, True), (3, True)]
    ]
    assert found == [cast.match, None, cover, None]


def test_a_day_begins_where_the_worker_is(store: Store, cast) -> None:
    """It is 30 April in Auckland, still 29 April in Perth, and Perth's midnight comes later."""
    store.add(held(cast, 1, 15))
    now = at(4, 30, 2)
    assert entitlements.position(store, cast.entitlement, now).on == date(2027, 4, 30)
    cast.ben.time_zone = "Australia/Perth"
    assert entitlements.position(store, cast.entitlement, now).on == date(2027, 4, 29)
    entitlements.reassess(store, cast.entitlement, now, looked=True)
    assert cast.entitlement.look_again_on == datetime(2027, 10, 30, 16, tzinfo=UTC)


def test_the_hubs_zone_serves_whoever_has_none(store: Store, cast) -> None:
    save(store, HubSettings(time_zone="Australia/Perth"))
    now = at(4, 30, 2)
    assert entitlements.position(store, cast.entitlement, now).on == date(2027, 4, 29)


def test_reassess_writes_a_flip_only_when_the_standing_changed(store: Store, cast) -> None:
    for day in [(1, 15), (2, 12), (3, 12), (4, 9)]:
        store.add(held(cast, *day))
    assert entitlements.reassess(store, cast.entitlement, at(4, 10)) is None
    assert cast.entitlement.standing == Standing.ON_TRACK
    assert cast.entitlement.look_again_on == at(4, 28, 0)
    flip = entitlements.reassess(store, cast.entitlement, at(4, 28))
    assert flip
    assert (flip.before, flip.after) == (Standing.ON_TRACK, Standing.NOTHING_BOOKED)
    assert (flip.since, flip.noticed_at) == (date(2027, 4, 28), at(4, 28))
    assert entitlements.reassess(store, cast.entitlement, at(4, 29)) is None
    assert cast.entitlement.standing_since == date(2027, 4, 28)
    assert store.scalar(select(func.count()).select_from(Flip)) == 1


def test_the_first_look_at_what_is_not_matched_is_a_flip_from_nothing(store: Store, cast) -> None:
    store.delete(cast.match)
    flip = entitlements.reassess(store, cast.entitlement, at(2, 1))
    assert flip
    assert (flip.before, flip.after, flip.since) == (None, "not_matched", date(2027, 1, 1))


def test_a_flip_stays_on_the_list_until_somebody_has_looked(store: Store, cast) -> None:
    for day in [(1, 15), (2, 12), (3, 12), (4, 9)]:
        store.add(held(cast, *day))
    entitlements.reassess(store, cast.entitlement, at(4, 10))
    for now in (at(4, 28), at(4, 29)):
        entitlements.reassess(store, cast.entitlement, now)
        assert cast.entitlement.look_again_on == now
    entitlements.reassess(store, cast.entitlement, at(4, 29), looked=True)
    assert cast.entitlement.look_again_on > at(4, 29)


def test_whoever_comes_second_writes_no_flip(store: Store, cast) -> None:
    """Another process has swapped the standing between our reading and our writing."""
    store.add(held(cast, 1, 15))
    entitlements.reassess(store, cast.entitlement, at(1, 16))
    store.execute(
        update(Entitlement)
        .values(standing=Standing.BEHIND, standing_since=date(2027, 4, 20))
        .execution_options(synchronize_session=False)
    )
    assert cast.entitlement.standing == Standing.ON_TRACK
    assert entitlements.reassess(store, cast.entitlement, at(4, 30)) is None
    assert cast.entitlement.standing == Standing.BEHIND


def test_what_is_over_is_not_looked_at_again(store: Store, cast) -> None:
    entitlements.reassess(store, cast.entitlement, at(1, 5, year=2028), looked=True)
    assert cast.entitlement.standing == Standing.ENDED_SHORT
    assert cast.entitlement.look_again_on is None


def test_current_ones_are_those_whose_period_holds_the_day(store: Store, cast) -> None:
    for on, found in [
        (date(2026, 12, 31), []),
        (date(2027, 1, 1), [cast.entitlement]),
        (date(2027, 12, 31), [cast.entitlement]),
        (date(2028, 1, 1), []),
    ]:
        assert entitlements.current(store, on) == found


def test_a_hundred_positions_ask_the_database_no_more_than_one(store: Store, cast) -> None:
    def questions(many: list[Entitlement]) -> int:
        store.flush()
        asked: list[str] = []
        listen = (store.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
        event.listen(*listen)
        entitlements.positions(store, many, at(4, 30))
        event.remove(*listen)
        return len(asked)

    store.add_all([_another(store, number) for number in range(100)])
    many = list(store.scalars(select(Entitlement)))
    assert len(many) == 101
    store.expunge_all()
    one = questions([store.get_one(Entitlement, many[0].id)])
    every = list(store.scalars(select(Entitlement)))
    assert questions(every) <= one < 10


def _another(store: Store, number: int) -> Entitlement:
    return Entitlement(
        person=Person(name=f"Worker {number}", modes=[]),
        kind=Kind.MENTORING,
        sessions=6,
        minutes=45,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )


def test_what_is_tracked_and_not_matched_needs_no_provider(store: Store, cast) -> None:
    catch_ups = _another(store, 1)
    catch_ups.kind = Kind.LINE_CATCH_UP
    store.add(catch_ups)
    store.flush()
    assert entitlements.position(store, catch_ups, at(1, 5)).standing == Standing.ON_TRACK
    assert timedelta(days=0) == catch_ups.starts_on - date(2027, 1, 1)
