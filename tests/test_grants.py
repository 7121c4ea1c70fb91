"""An entitlement that is made here: at most one of a kind runs for a person on a day."""

from dataclasses import replace
from datetime import date

import pytest

from supervisor import amendments, entitlements, grants
from supervisor.errors import Refused
from supervisor.grants import Grant
from supervisor.models import Audit
from supervisor.rules.kinds import Kind, Standing

GIVEN = Grant(Kind.MENTORING, 6, 45, date(2027, 2, 11), date(2027, 12, 31), "hub")


def test_it_is_theirs_at_once_with_where_it_stands(store, cast, now) -> None:
    made = grants.grant(store, cast.dan, GIVEN, cast.cleo, now)
    assert (made.person, made.kind, made.sessions, made.minutes) == (cast.dan, "mentoring", 6, 45)
    assert (made.payer, made.mandatory, made.standing) == ("hub", False, Standing.NOT_MATCHED)
    assert made.ref != made.link
    assert made.look_again_on is not None
    (row,) = store.query(Audit).filter_by(noun="entitlement").all()
    assert (row.verb, row.noun_ref, row.by_id) == ("grant", made.link, cast.cleo.id)


def test_a_second_of_the_kind_in_the_same_days_is_refused(store, cast, now) -> None:
    grants.grant(store, cast.dan, GIVEN, cast.cleo, now)
    earlier = replace(GIVEN, starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 11))
    for again in (GIVEN, earlier, replace(GIVEN, starts_on=date(2027, 12, 31))):
        with pytest.raises(Refused, match="Dan Foley has some of this kind in these days already"):
            grants.grant(store, cast.dan, again, cast.cleo, now)


def test_another_kind_and_the_days_beside_it_are_free(store, cast, now) -> None:
    grants.grant(store, cast.dan, GIVEN, cast.cleo, now)
    grants.grant(store, cast.dan, replace(GIVEN, kind=Kind.COACHING), cast.cleo, now)
    before = replace(GIVEN, starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 10))
    grants.grant(store, cast.dan, before, cast.cleo, now)


@pytest.mark.parametrize(
    "none", [replace(GIVEN, sessions=0), replace(GIVEN, ends_on=date(2027, 2, 10))]
)
def test_nothing_is_not_given(store, cast, now, none: Grant) -> None:
    with pytest.raises(Refused, match="nothing left to give"):
        grants.grant(store, cast.dan, none, cast.cleo, now)


def test_the_one_that_runs_and_the_next_are_found(store, cast, now) -> None:
    made = grants.grant(store, cast.dan, GIVEN, cast.cleo, now)
    kind, day = Kind.MENTORING, date(2027, 2, 11)
    assert grants.running(store, cast.dan, kind, day) is made
    assert grants.running(store, cast.dan, kind, date(2027, 2, 10)) is None
    assert grants.next_begins(store, cast.dan, kind, date(2027, 2, 10)) == day
    assert grants.next_begins(store, cast.dan, kind, day) is None


def test_a_number_can_be_settled_for_good_even_at_nothing(store, cast, now) -> None:
    amendments.amend(store, cast.entitlement, 12, date(2027, 6, 1), cast.cleo, now)
    amendments.settle(store, cast.entitlement, 0, date(2027, 2, 11), cast.cleo, now)
    store.refresh(cast.entitlement, ["amendments"])
    assert [one.sessions for one in cast.entitlement.amendments] == [0, 0]
    assert entitlements.position(store, cast.entitlement, now).contracted == 10
