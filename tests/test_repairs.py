"""A provider is away: what is booked moves to times that suit both, all at once, and no more."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from supervisor.models import Leave, Match, Message, Session, Store
from supervisor.plans import repairs
from supervisor.rules.kinds import MatchState, Mode, Outcome
from supervisor.sessions import sessions
from tests.supervisors import dans_year
from tests.test_sessions import all_read, at, told

AWAY = date(2027, 3, 1), date(2027, 3, 29)


@pytest.fixture
def four(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ana is to be away for four weeks, in which she meets Ben twice and Dan once."""
    cast.dans = dans_year(store, cast)
    store.add(
        Match(
            ref="dan-ana", entitlement=cast.dans, provider=cast.ana, state=MatchState.ACTIVE,
            starts_on=date(2027, 1, 1),
        )
    )  # fmt: skip
    store.flush()
    cast.first, cast.third, cast.stays = (
        sessions.book(store, cast.entitlement, at(3, day, 10), Mode.VIDEO, cast.cleo, now)
        for day in (3, 17, 31)
    )
    cast.second = sessions.book(store, cast.dans, at(3, 10, 9), Mode.VIDEO, cast.cleo, now)
    store.commit()
    return cast


def plan(store: Store, cast, now) -> repairs.Repair:
    return repairs.plan(store, cast.ana, *AWAY, now)


def send(store: Store, cast, now, *move: Session):
    made = plan(store, cast, now)
    refs = [one.ref for one in move]
    done = repairs.send(store, cast.ana, AWAY, made.seen, refs, cast.cleo, now)
    store.commit()
    return made, done


def days(made: repairs.Repair) -> dict[str, date]:
    return {c.session.ref: c.after.starts_at.date() for c in made.changes if c.after}


def test_each_goes_to_a_day_on_which_both_are_there_and_none_too_close(
    store: Store, four, now
) -> None:
    made = plan(store, four, now)
    assert [c.session for c in made.changes] == [four.first, four.second, four.third]
    found = days(made)
    assert len(found) == 3
    assert all(not AWAY[0] <= day < AWAY[1] for day in found.values())
    bens = sorted([found[four.first.ref], found[four.third.ref], date(2027, 3, 31)])
    assert all(b - a >= timedelta(days=7) for a, b in itertools.pairwise(bens))


def test_looking_keeps_nothing_and_tells_nobody(store: Store, four, now) -> None:
    before = store.query(Message).count()
    plan(store, four, now)
    store.commit()
    assert store.query(Leave).count() == 0
    assert four.first.local_start.day == 3
    assert store.query(Message).count() == before


def test_all_changes_are_sent_at_once_and_nobody_else_moves(store: Store, four, now) -> None:
    all_read(store, now)
    made, done = send(store, four, now, four.first, four.second, four.third)
    assert done
    assert done.called_off == []
    for change in made.changes:
        assert change.after
        assert change.session.starts_at == change.after.starts_at
    assert four.stays.starts_at == at(3, 31, 10)
    assert set(told(store, "moved")) == {"ana", "ben", "dan"}
    assert store.query(Leave).one().person_id == four.ana.id


def test_what_is_not_ticked_is_called_off_and_still_owed(store: Store, four, now) -> None:
    _made, done = send(store, four, now, four.first, four.third)
    assert done
    assert done.called_off == [four.second]
    assert four.second.outcome == Outcome.CANCELLED_BY_PROVIDER
    assert set(told(store, "cancelled")) == {"ana", "dan"}


def test_what_finds_no_time_is_called_off(store: Store, four, now) -> None:
    for window in four.dan.windows:
        window.weekday = 5
    store.commit()
    made, done = send(store, four, now, four.first, four.second, four.third)
    assert four.second.ref not in days(made)
    assert done
    assert done.called_off == [four.second]


def test_what_changed_since_it_was_read_is_read_anew(store: Store, four, now) -> None:
    seen = plan(store, four, now).seen
    sessions.cancel(store, four.second, four.dan, now)
    assert repairs.send(store, four.ana, AWAY, seen, [], four.cleo, now) is None


def test_the_hub_reads_before_and_after_and_sends_it_on_a_page(
    store: Store, four, sign_in: Callable[..., FlaskClient]
) -> None:
    cleo = sign_in(four.cleo)
    form = {"starts_on": "2027-03-01", "ends_on": "2027-03-29"}
    page = cleo.post("/people/ana/leave", data=form, follow_redirects=True).text
    assert "Before: Wednesday 3 March, 10:00 am" in page
    assert page.count("Move to ") == 3
    seen = page.split('name="plan" value="')[1].split('"')[0].replace("&gt;", ">")
    refs = [four.first.ref, four.second.ref, four.third.ref]
    sent = cleo.post(
        "/people/ana/leave", data=form | {"plan": seen, "seen": refs, "move": refs},
        follow_redirects=True,
    ).text  # fmt: skip
    assert "Something has changed" not in page
    assert "Time away is written down." in sent
    assert "3 meetings are moved. Everybody knows." in sent
    assert "While Ana Rewi is away" in sent
    assert "Nothing is booked in these days." in sent
    again = cleo.post(
        "/people/ana/leave", data=form | {"plan": seen, "seen": refs, "move": refs},
        follow_redirects=True,
    ).text  # fmt: skip
    assert "0 meetings" not in again
    assert "While Ana Rewi is away" in again
    store.expire_all()
    assert four.first.local_start.date() not in {date(2027, 3, 3)}
