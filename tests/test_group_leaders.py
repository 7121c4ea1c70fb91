"""Somebody else leads a group: above all where one who leads it leaves the hub."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from supervisor import leaving
from supervisor.errors import Refused
from supervisor.groups import group_leaders
from supervisor.groups.group_times import ahead
from supervisor.models import Commitment, Group, Job, Store
from tests.test_sessions import told

LAST = date(2027, 3, 31)


def busy(store: Store, group: Group, now: datetime) -> set[int]:
    """Whose time its next meeting takes."""
    meeting = ahead(store, group, now)[0]
    query = select(Commitment.person_id).where(Commitment.meeting_id == meeting.id)
    return set(store.scalars(query))


def test_the_times_of_its_meetings_go_from_one_to_the_other(
    store: Store, cast, circle, now
) -> None:
    assert busy(store, circle, now) == {cast.ana.id, cast.ben.id}
    group_leaders.lead(store, circle, cast.dan, cast.cleo, now)
    assert busy(store, circle, now) == {cast.dan.id, cast.ben.id}
    assert set(told(store, "group_lead")) == {"dan"}


def test_nobody_leads_those_with_whom_they_may_not_sit(store: Store, cast, circle, now) -> None:
    with pytest.raises(Refused, match="not available"):
        group_leaders.lead(store, circle, cast.mere, cast.cleo, now)
    assert store.scalars(select(Job).where(Job.manager_id == cast.mere.id)).first()
    cast.dan.left_on = date(2027, 2, 1)
    with pytest.raises(Refused, match="not available"):
        group_leaders.lead(store, circle, cast.dan, cast.cleo, now)


def test_who_leaves_while_leading_is_on_the_board_until_somebody_else_does(
    store: Store, cast, circle, sign_in, now
) -> None:
    client = sign_in(cast.cleo)
    assert "Nobody to lead" not in client.get("/today").text
    seen = leaving.plan(store, cast.ana, LAST, now).seen
    leaving.leave(store, cast.ana, LAST, seen, cast.cleo, now)
    store.commit()
    page = client.get("/today").text
    assert "Ana Rewi leads it. Their last day is" in page
    assert "/groups/circle#seats" in page
    found = client.get("/groups/circle?who=dan").text
    assert "/groups/circle/leader/dan" in found
    page = client.post("/groups/circle/leader/dan", follow_redirects=True).text
    assert "leads the group now, and is told." in page
    assert "Nobody to lead" not in client.get("/today").text
