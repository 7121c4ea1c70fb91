"""The pages of a group: whoever leads it sees the roster, a member their own part."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock, groups
from supervisor.models import Group, Meeting, Person, Seat, Store
from supervisor.rules.kinds import GroupKind, Mode

AUCKLAND = "Pacific/Auckland"


@pytest.fixture
def group(store: Store, cast: SimpleNamespace, now) -> Group:
    """Ana leads Ben and Dan every second Wednesday; the first was in January; Eve waits."""
    eve = Person(ref="eve", name="Eve Tan", email="eve@example.org")
    group = Group(
        ref="wednesday",
        name="Wednesday co-reflection",
        kind=GroupKind.CO_REFLECTION,
        facilitator=cast.ana,
        mode=Mode.VIDEO,
        minimum=2,
        maximum=3,
        seats=[
            Seat(person=cast.ben),
            Seat(person=cast.dan),
            Seat(person=eve, waiting=True, joined_on=date(2027, 2, 1)),
        ],
    )
    store.add(group)
    store.flush()
    first = datetime.fromisoformat("2027-02-03T13:00")
    groups.meet(store, group, first, AUCKLAND, 2, 75, date(2027, 3, 31), now)
    store.commit()
    return group


def at(store: Store, group: Group, number: int) -> Meeting:
    store.expire_all()
    return store.query(Meeting).filter_by(group_id=group.id).order_by("starts_at").all()[number]


def url(group: Group, meeting: Meeting, verb: str) -> str:
    return f"/groups/{group.ref}/meetings/{meeting.ref}/{verb}"


def test_who_leads_sees_the_roster_and_a_member_does_not(
    store: Store, cast, sign_in, group: Group
) -> None:
    for person in (cast.ana, cast.cleo):
        page = sign_in(person).get("/groups/wednesday").text
        assert "Ben Harris" in page
        assert "Eve Tan" in page
        assert "Every second Wednesday, 1:00 pm, 75 minutes" in page
    page = sign_in(cast.ben).get("/groups/wednesday").text
    assert "Wednesday 17 February, 1:00 pm" in page
    for other in ("Dan Foley", "Eve Tan", "seats"):
        assert other not in page
    assert sign_in(cast.mere).get("/groups/wednesday").status_code == 404


def test_the_list_holds_what_one_leads_or_belongs_to(store: Store, cast, sign_in, group) -> None:
    for person in (cast.ana, cast.ben, cast.cleo):
        assert "Wednesday co-reflection" in sign_in(person).get("/groups").text
    assert "You are in no group" in sign_in(cast.mere).get("/groups").text
    eve = next(seat.person for seat in group.seats if seat.waiting)
    browser = sign_in(eve)
    assert "waiting for a place" in browser.get("/groups").text
    assert "waiting for a place" in browser.get("/groups/wednesday").text


def test_a_member_answers_and_the_facilitator_reads_how_many(
    store: Store, cast, sign_in, group
) -> None:
    nxt = at(store, group, 1)
    ana, ben, dan = sign_in(cast.ana), sign_in(cast.ben), sign_in(cast.dan)
    assert ben.post(url(group, nxt, "answer"), data={"coming": "yes"}).status_code == 303
    page = ana.get("/groups/wednesday").text
    assert "1 of 2" in page
    assert "Not enough yet" in page
    assert ana.post(url(group, nxt, "go-ahead")).status_code == 409
    dan.post(url(group, nxt, "answer"), data={"coming": "yes"})
    assert "Enough to go ahead" in ana.get("/groups/wednesday").text
    assert ana.post(url(group, nxt, "go-ahead")).status_code == 303
    assert "It goes ahead" in ben.get("/groups/wednesday").text
    ben.post(url(group, nxt, "answer"), data={"coming": "no"})
    assert "You said not this time" in ben.get("/groups/wednesday").text


def test_attendance_is_marked_and_a_member_puts_their_own_right(
    store: Store, cast, sign_in, group
) -> None:
    last = at(store, group, 0)
    ana, ben = sign_in(cast.ana), sign_in(cast.ben)
    assert "Nobody has written down yet" in ben.get("/groups/wednesday").text
    ana.post(url(group, last, "attendance"), data={"came-ben": "n"})
    assert "you were away" in ben.get("/groups/wednesday").text
    ben.post(url(group, last, "mine"), data={"came": "y"})
    assert "you were there" in ben.get("/groups/wednesday").text
    assert {a.person.ref: a.came for a in at(store, group, 0).attendances} == {"ben": True}
    ana.post(url(group, last, "attendance"), data={"all": "y"})
    assert {a.came for a in at(store, group, 0).attendances} == {True}


def test_a_meeting_is_moved_or_called_off(store: Store, cast, sign_in, group) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
    wrong = ana.post(url(group, nxt, "move"), data={"start": "tomorrow"})
    assert wrong.status_code == 409
    ana.post(url(group, nxt, "move"), data={"start": "2027-02-18T14:30"})
    assert "Thursday 18 February, 2:30 pm" in ana.get("/groups/wednesday").text
    ana.post(url(group, nxt, "cancellation"))
    assert "Wednesday 3 March" in ana.get("/groups/wednesday").text


def test_a_meeting_on_a_holiday_asks_for_a_time(store: Store, cast, sign_in, group, now) -> None:
    friday = datetime.fromisoformat("2027-03-26T09:00")
    groups.meet(store, group, friday, AUCKLAND, 1, 60, friday.date(), now)
    store.commit()
    ana = sign_in(cast.ana)
    assert "Friday 26 March needs a time" in ana.get("/groups/wednesday").text
    assert "1 meeting needs a time" in ana.get("/groups").text


def test_a_place_is_offered_to_who_waits(store: Store, cast, sign_in, group) -> None:
    ana = sign_in(cast.ana)
    assert "Waiting 9 days" in ana.get("/groups/wednesday").text
    assert ana.post("/groups/wednesday/seats/eve/offer").status_code == 303
    assert "3 of 3 seats taken" in ana.get("/groups/wednesday").text
    assert ana.post("/groups/wednesday/seats/nobody/offer").status_code == 404


def test_a_member_leaves_and_the_group_is_no_longer_theirs(
    store: Store, cast, sign_in, group
) -> None:
    ben = sign_in(cast.ben)
    assert ben.post("/groups/wednesday/leave").status_code == 303
    assert ben.get("/groups/wednesday").status_code == 404


def test_what_only_the_facilitator_does_a_member_cannot(store: Store, cast, sign_in, group) -> None:
    ben, nxt = sign_in(cast.ben), at(store, group, 1)
    for verb in ("attendance", "go-ahead", "cancellation", "move"):
        assert ben.post(url(group, nxt, verb)).status_code == 404
    assert ben.post("/groups/wednesday/seats/eve/offer").status_code == 404


def test_a_meeting_of_another_group_is_not_found_here(store: Store, cast, sign_in, group) -> None:
    other = Group(
        ref="other", name="Other", kind=GroupKind.NETWORK, facilitator=cast.ana, mode=Mode.VIDEO
    )
    store.add(other)
    store.commit()
    assert (
        sign_in(cast.ana).post(url(other, at(store, group, 1), "cancellation")).status_code == 404
    )


def test_nothing_planned_is_said(store: Store, cast, sign_in, group, now) -> None:
    clock.set_to(now + timedelta(days=60))
    for person in (cast.ana, cast.ben):
        browser = sign_in(person)
        assert "No meeting is planned" in browser.get("/groups/wednesday").text
        assert "No meeting is planned" in browser.get("/groups").text
