"""A learning collaborative: four of one organisation, for a year, with coaching beside it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.errors import Refused
from supervisor.groups import collaboratives
from supervisor.groups.collaboratives import Plan
from supervisor.models import Commitment, Entitlement, Job, Message, Person, PersonHat, Store
from supervisor.rules.kinds import Hat, Kind, Mode, Role


@pytest.fixture
def plan(store: Store, cast: SimpleNamespace) -> Plan:
    """Ben and three more of Lakes Peer Service; Dan, of another employer, leads them."""
    people = [cast.ben]
    for ref in ("gil", "hana", "ivy"):
        person = Person(ref=ref, name=ref.title(), email=f"{ref}@example.org")
        store.add(Job(person=person, organisation=cast.lakes, role=Role.PEER_SUPPORT_WORKER))
        people.append(person)
    store.add(PersonHat(person_id=cast.dan.id, hat=Hat.FACILITATOR))
    store.commit()
    first = datetime.fromisoformat("2027-03-02T10:00")
    return Plan("Learning together", cast.lakes, people, cast.dan, Mode.VIDEO, first)


def coaching(store: Store) -> list[Entitlement]:
    return list(store.scalars(select(Entitlement).where(Entitlement.kind == Kind.COACHING)))


def test_four_meet_for_twelve_months_and_each_has_coaching(store: Store, cast, plan, now) -> None:
    group = collaboratives.begin(store, plan, cast.cleo, now)
    assert (group.kind, group.open, group.maximum) == ("learning_collaborative", False, 4)
    assert group.series[0].until_on == date(2028, 3, 1)
    assert {(one.person.ref, one.sessions, one.ends_on) for one in coaching(store)} == {
        (ref, 6, date(2028, 3, 1)) for ref in ("ben", "gil", "hana", "ivy")
    }
    told = store.scalars(select(Message).where(Message.template == "group_formed"))
    assert {one.recipient.ref for one in told} == {"ben", "gil", "hana", "ivy", "dan"}


def test_who_has_coaching_already_keeps_what_they_have(store: Store, cast, plan, now) -> None:
    store.add(
        Entitlement(
            ref="old", link="old", person=cast.ben, kind=Kind.COACHING, sessions=3, minutes=45,
            starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )
    )  # fmt: skip
    store.flush()
    collaboratives.begin(store, plan, cast.cleo, now)
    assert sorted(one.sessions for one in coaching(store)) == [3, 6, 6, 6]


def test_all_four_are_of_one_organisation_and_no_manager_is_among_them(
    store: Store, cast, plan, now
) -> None:
    for people in (plan.people[:3], [*plan.people[:3], cast.rua], [*plan.people[:3], cast.mere]):
        with pytest.raises(Refused):
            collaboratives.begin(store, replace(plan, people=people), cast.cleo, now)
    with pytest.raises(Refused):
        collaboratives.begin(store, replace(plan, leads=cast.ben), cast.cleo, now)
    assert coaching(store) == []


def test_the_hub_begins_one_on_a_page(store: Store, cast, plan, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    assert "Lakes Peer Service" in cleo.get("/collaboratives").text
    page = cleo.get("/collaboratives?organisation=lakes").text
    assert "Ben Harris" in page
    typed = {
        "organisation": "lakes", "leads": "dan", "mode": "video", "first": "2027-03-02T10:00",
        "name": "Learning together", "person": ["ben", "gil", "hana"],
    }  # fmt: skip
    refused = cleo.post("/collaboratives", data=typed)
    assert (refused.status_code, "Pick 4 people." in refused.text) == (422, True)
    typed["person"].append("ivy")
    made = cleo.post("/collaboratives", data=typed, follow_redirects=True)
    assert "Everybody in it is told, and each has coaching beside it." in made.text


def test_a_second_press_begins_no_second_one(store: Store, cast, plan, now) -> None:
    collaboratives.begin(store, plan, cast.cleo, now)
    later = replace(plan, first=datetime.fromisoformat("2027-03-03T10:00"))
    for again in (plan, later):
        with pytest.raises(Refused, match="is in one already"):
            collaboratives.begin(store, again, cast.cleo, now)


def test_the_first_meeting_has_a_day_and_somebody_to_lead_it(store: Store, cast, plan, now) -> None:
    good_friday = replace(plan, first=datetime.fromisoformat("2027-03-26T10:00"))
    with pytest.raises(Refused, match="public holiday"):
        collaboratives.begin(store, good_friday, cast.cleo, now)
    store.rollback()
    starts = datetime.fromisoformat("2027-03-02T10:00+13:00")
    taken = Commitment(person_id=cast.dan.id, starts_at=starts, ends_at=starts + timedelta(hours=1))
    store.add(taken)
    store.flush()
    with pytest.raises(Refused, match="facilitator has another meeting"):
        collaboratives.begin(store, plan, cast.cleo, now)


def test_an_organisation_with_too_few_people_is_not_offered(
    store: Store, cast, plan, sign_in
) -> None:
    page = sign_in(cast.cleo).get("/collaboratives").text
    assert "Lakes Peer Service" in page
    assert "Harbour House" not in page
