"""Fifty processes want one of two rooms at one time: each room is given once."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from supervisor.models import Entitlement, Match, Person, Provider, RoomUse, Store, Window
from supervisor.rules.kinds import Kind, MatchState, Mode
from tests.test_openings import at
from tests.test_room_hours import rooms

ROOT = Path(__file__).parent.parent
RIVALS, ROUNDS = 50, 3


@pytest.fixture
def rivals(store: Store, cast: SimpleNamespace) -> None:
    """Fifty pairs who know nothing of one another, all free at the same hours."""
    for number in range(RIVALS):
        worker, provider = _person(cast, f"w{number}"), _person(cast, f"p{number}")
        owed = Entitlement(
            ref=f"rival-{number:02}", person=worker, kind=Kind.PEER_SUPERVISION, sessions=10,
            minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )  # fmt: skip
        store.add_all([worker, provider, owed])
        store.flush()
        store.add(Provider(person_id=provider.id))
        first = date(2027, 1, 1)
        store.add(
            Match(entitlement=owed, provider=provider, state=MatchState.ACTIVE, starts_on=first)
        )
    store.commit()


def _person(cast: SimpleNamespace, ref: str) -> Person:
    person = Person(ref=ref, name=ref, place=cast.cromwell, modes=[Mode.IN_PERSON])
    person.windows = [Window(weekday=day, starts_minute=540, ends_minute=900) for day in range(5)]
    return person


def test_each_of_two_rooms_is_given_once_and_the_others_are_offered_three_times(
    store: Store, cast, now, database: str, rivals: None
) -> None:
    rooms(store, cast.cromwell, 2, 3)
    starts = [(at(2, 15) + timedelta(days=day)).isoformat() for day in range(ROUNDS)]
    command = [sys.executable, "-m", "tests.contenders", database, now.isoformat(), *starts]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for met in json.loads(done.stdout):
        assert [one for one in met if "error" in one] == []
        assert sum("won" in one for one in met) == 2
        gone = [one for one in met if "gone" in one]
        assert {one["gone"] for one in gone} == {"No room is free at Cromwell then."}
        assert {len(one["others"]) for one in gone} == {3}
    assert store.scalar(select(func.count()).select_from(RoomUse)) == 2 * ROUNDS
