"""What the database itself refuses, on both engines."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from supervisor.models import Audit, Commitment, Match, Store
from supervisor.rules.kinds import MatchState


def test_nobody_is_in_two_places(store: Store, cast: SimpleNamespace, now) -> None:
    hour = timedelta(hours=1)
    store.add(Commitment(person_id=cast.ben.id, starts_at=now, ends_at=now + hour))
    store.flush()
    store.add(Commitment(person_id=cast.ben.id, starts_at=now + hour / 2, ends_at=now + 2 * hour))
    with pytest.raises(DBAPIError, match="commitment_overlap"):
        store.flush()


def test_two_meetings_may_touch_and_two_people_may_share_an_hour(
    store: Store, cast: SimpleNamespace, now
) -> None:
    hour = timedelta(hours=1)
    store.add(Commitment(person_id=cast.ben.id, starts_at=now, ends_at=now + hour))
    store.add(Commitment(person_id=cast.ben.id, starts_at=now + hour, ends_at=now + 2 * hour))
    store.add(Commitment(person_id=cast.ana.id, starts_at=now, ends_at=now + hour))
    store.flush()


def test_a_commitment_cannot_be_moved_into_another(store: Store, cast, now) -> None:
    hour = timedelta(hours=1)
    first = Commitment(person_id=cast.ben.id, starts_at=now, ends_at=now + hour)
    second = Commitment(person_id=cast.ben.id, starts_at=now + hour, ends_at=now + 2 * hour)
    store.add_all([first, second])
    store.flush()
    second.starts_at = now
    with pytest.raises(DBAPIError, match="commitment_overlap"):
        store.flush()


@pytest.mark.parametrize(("cover", "refused"), [(False, True), (True, False)])
def test_an_entitlement_has_one_match_at_a_time_and_one_cover(
    store: Store, cast, cover: bool, refused: bool
) -> None:
    store.add(
        Match(
            entitlement=cast.entitlement,
            provider=cast.dan,
            cover=cover,
            state=MatchState.ACTIVE,
            starts_on=date(2027, 3, 1),
        )
    )
    if refused:
        with pytest.raises(DBAPIError, match="match_overlap"):
            store.flush()
    else:
        store.flush()


def test_the_audit_trail_only_grows(store: Store, now) -> None:
    store.add(Audit(at=now, verb="book", noun="session", noun_ref="x"))
    store.flush()
    with pytest.raises(DBAPIError, match="audit_only_grows"):
        store.execute(delete(Audit))
