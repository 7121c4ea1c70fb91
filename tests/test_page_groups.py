"""The pages of a group: whoever leads it sees the roster, a member their own part."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from supervisor import clock, commitments
from supervisor.alerts import alerts
from supervisor.groups import groups
from supervisor.models import (
    Alert,
    Conflict,
    Entitlement,
    Group,
    Job,
    Meeting,
    Message,
    Person,
    PersonHat,
    Seat,
    Store,
)
from supervisor.rules.kinds import GroupKind, Hat, Kind, Mode, Role
from supervisor.still_true import still_true
from tests.test_entitlements import session

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


def worker(store: Store, person: Person) -> Person:
    """Somebody who is owed support, so that open groups are for them."""
    owed = Entitlement(
        ref=f"{person.ref}-2027", link=f"{person.ref}-2027", person=person, sessions=10, minutes=60,
        kind=Kind.PEER_SUPERVISION, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add_all([person, owed])
    store.flush()
    return person


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
    refused = ana.post(url(group, nxt, "go-ahead"), follow_redirects=True).text
    assert "needs 2 to go ahead, and 1 said yes so far" in refused
    assert "Next: Wednesday 17 February" in refused
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
    ana.post(url(group, last, "attendance"), data={"came-ben": "no"})
    assert "you were away" in ben.get("/groups/wednesday").text
    ben.post(url(group, last, "mine"), data={"came": "yes"})
    assert "you were there" in ben.get("/groups/wednesday").text
    assert {a.person.ref: a.came for a in at(store, group, 0).attendances} == {"ben": True}
    ana.post(url(group, last, "attendance"), data={"all": "y"})
    assert {a.came for a in at(store, group, 0).attendances} == {True}


def test_a_meeting_is_moved_or_called_off(store: Store, cast, sign_in, group) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
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


def test_a_time_that_cannot_be_stays_in_its_field_with_the_reason_beside_it(
    store: Store, cast, sign_in, group
) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
    for start, why in (
        ("2027-02-18T03:00", "Groups meet between 8:00 am and 9:00 pm."),
        ("2027-02-18T20:30", "Groups meet between 8:00 am and 9:00 pm."),
        ("2027-03-26T10:00", "That day is a public holiday."),
        ("2027-02-17T13:00", "It is at that time already."),
    ):
        wrong = ana.post(url(group, nxt, "move"), data={"start": start})
        assert wrong.status_code == 422
        assert why in wrong.text.split('class="err"')[1].split("</p>")[0]
        assert f'value="{start}"' in wrong.text
        assert "<details open>" in wrong.text
    wrong = ana.post(url(group, nxt, "move"), data={"start": "tomorrow"})
    assert (wrong.status_code, 'class="err"' in wrong.text) == (422, True)
    assert at(store, group, 1).sequence == 0


def test_calling_off_asks_first_and_can_be_undone(store: Store, cast, sign_in, group) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
    asked = ana.get(url(group, nxt, "cancellation")).text
    assert "Call off Wednesday 17 February?" in asked
    assert "Everybody in the group is told" in asked
    assert at(store, group, 1).cancelled_at is None
    off = ana.post(url(group, nxt, "cancellation"), follow_redirects=True).text
    assert "Wednesday 17 February is called off" in off
    assert url(group, nxt, "restoration") in off
    assert "Next: Wednesday 3 March" in off
    again = ana.post(url(group, nxt, "restoration"), follow_redirects=True).text
    assert "It is on again" in again
    assert "Next: Wednesday 17 February" in again


def test_after_some_minutes_calling_off_is_for_good(store: Store, cast, sign_in, group) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
    ana.post(url(group, nxt, "cancellation"))
    clock.set_to(clock.now() + timedelta(minutes=11))
    assert "Undo" not in ana.get(f"/groups/wednesday?off={nxt.ref}").text
    late = ana.post(url(group, nxt, "restoration"), follow_redirects=True).text
    assert "can no longer be undone" in late
    assert at(store, group, 1).cancelled_at


def test_who_leads_reads_by_name_who_said_what_and_asks_the_silent(
    store: Store, cast, sign_in, group
) -> None:
    ana, nxt = sign_in(cast.ana), at(store, group, 1)
    sign_in(cast.ben).post(url(group, nxt, "answer"), data={"coming": "yes"})
    page = ana.get("/groups/wednesday").text
    said = page.split("Who can come")[1].split("</ul>")[0]
    assert re.search(r"Ben Harris.*Yes.*Dan Foley.*Not said yet", said, re.DOTALL)
    asked = ana.post(url(group, nxt, "questions"), follow_redirects=True).text
    assert "1 person is asked." in asked
    again = ana.post(url(group, nxt, "questions"), follow_redirects=True).text
    assert "They have been asked today already." in again
    (told,) = store.query(Message).filter_by(template="meeting_asked")
    assert told.recipient_id == cast.dan.id


def test_the_hub_types_what_somebody_says_on_the_phone(store: Store, cast, sign_in, group) -> None:
    cleo, nxt = sign_in(cast.cleo), at(store, group, 1)
    typed = cleo.post(url(group, nxt, "answers/ben"), data={"coming": "yes"}, follow_redirects=True)
    assert "1 of 2" in typed.text
    assert "You said you will come." in sign_in(cast.ben).get("/groups/wednesday").text
    assert cleo.post(url(group, nxt, "answers/eve"), data={"coming": "yes"}).status_code == 404


def test_any_meeting_that_has_been_can_be_marked(store: Store, cast, sign_in, group, now) -> None:
    clock.set_to(now + timedelta(days=30))
    ana, first = sign_in(cast.ana), at(store, group, 0)
    assert "2 with nothing written down" in ana.get("/groups/wednesday").text
    listed = ana.get("/groups/wednesday/meetings").text
    assert listed.count("Nobody has written down yet who came") == 3
    here = f"/groups/wednesday/meetings/{first.ref}"
    assert "Who was there on Wednesday 3 February?" in ana.get(here).text
    data = {"came-ben": "yes", "came-dan": "no", "next": "/groups/wednesday/meetings"}
    marked = ana.post(f"{here}/attendance", data=data, follow_redirects=True).text
    assert "1 of 2 were there." in marked
    ben = sign_in(cast.ben)
    assert "You were there." in ben.get("/groups/wednesday/meetings").text
    assert "Dan Foley" not in ben.get(here).text
    ben.post(f"{here}/mine", data={"came": "no"})
    assert "You were away." in ben.get("/groups/wednesday/meetings").text


def test_what_says_neither_yes_nor_no_is_no_answer(store: Store, cast, sign_in, group, now) -> None:
    ben, nxt, here = sign_in(cast.ben), at(store, group, 1), {"follow_redirects": True}
    ben.post(url(group, nxt, "answer"), data={"coming": "yes"})
    for said in ({}, {"coming": "perhaps"}):
        assert "Choose yes or no." in ben.post(url(group, nxt, "answer"), data=said, **here).text
    hub = sign_in(cast.cleo).post(url(group, nxt, "answers/ben"), **here).text
    assert "Choose yes or no." in hub
    assert "You said you will come." in ben.get("/groups/wednesday").text
    clock.set_to(now + timedelta(days=30))
    first, ben = at(store, group, 0), sign_in(cast.ben)
    mine = ben.post(url(group, first, "mine"), data={"came": "y"}, **here).text
    assert "Say whether you were there." in mine
    marked = sign_in(cast.ana).post(url(group, first, "attendance"), **here).text
    assert "Tick who was here, or who was away." in marked
    assert "Nobody has written down yet" in ben.get(url(group, first, "")[:-1]).text


def test_one_that_is_still_to_come_has_no_list_yet(store: Store, cast, sign_in, group) -> None:
    nxt = at(store, group, 1)
    assert sign_in(cast.ana).get(f"/groups/wednesday/meetings/{nxt.ref}").status_code == 404


def test_a_meeting_on_video_is_in_no_town(store: Store, cast, sign_in, group) -> None:
    group.place = cast.cromwell
    store.query(Meeting).update({"place_id": cast.cromwell.id})
    store.commit()
    for person, paths in (
        (cast.ben, ("/groups", "/groups/wednesday", "/support")),
        (cast.ana, ("/groups", "/groups/wednesday")),
    ):
        browser = sign_in(person)
        assert all("Cromwell" not in browser.get(path).text for path in paths)
    group.mode = Mode.IN_PERSON
    store.query(Meeting).update({"mode": Mode.IN_PERSON})
    store.commit()
    assert "In person</span>, Cromwell" in sign_in(cast.ben).get("/groups/wednesday").text


def test_what_is_in_person_says_where_on_every_page(store: Store, cast, sign_in, now) -> None:
    met = session(cast, 2, 12)
    met.mode, met.place = Mode.IN_PERSON, cast.cromwell
    store.add(met)
    store.flush()
    commitments.commit_both(store, met)
    store.commit()
    for person, path in ((cast.ben, "/support"), (cast.ana, "/week")):
        assert "In person</span>, Cromwell" in sign_in(person).get(path).text


def test_an_open_group_is_found_and_joined_and_nobody_is_named(
    store: Store, cast, sign_in, group
) -> None:
    group.open, group.maximum = True, 5
    worker(store, cast.rua)
    store.commit()
    rua = sign_in(cast.rua)
    assert rua.post("/groups/wednesday/seat").status_code == 303
    mallory = worker(store, Person(ref="mo", name="Mo Bell", email="mo@example.org"))
    store.commit()
    mo = sign_in(mallory)
    page = mo.get("/groups/open").text
    assert "Every second Wednesday, 1:00 pm" in page
    assert "1 free place." in page
    assert "Join<" in page
    for name in ("Ben Harris", "Dan Foley", "Eve Tan"):
        assert name not in page
    joined = mo.post("/groups/wednesday/seat", follow_redirects=True).text
    assert "You have a place in Wednesday co-reflection." in joined
    assert "Wednesday co-reflection" not in mo.get("/groups/open").text
    assert "You are waiting for a place" in rua.get("/groups/wednesday").text


def test_a_group_that_is_not_open_cannot_be_joined(store: Store, cast, sign_in, group) -> None:
    mo = sign_in(worker(store, Person(ref="mo", name="Mo Bell", email="mo@example.org")))
    assert "no other open group" in mo.get("/groups/open").text
    assert mo.post("/groups/wednesday/seat").status_code == 404


def test_an_open_group_is_for_workers_and_providers_alone(
    store: Store, cast, sign_in, group
) -> None:
    group.open, group.maximum = True, 6
    funder = Person(ref="tui", name="Tui Hale", email="tui@example.org")
    funder.hats = [PersonHat(hat=Hat.FUNDER)]
    store.add(funder)
    store.add(Job(person=funder, organisation=cast.hub, role=Role.OTHER, manager=cast.mere))
    store.commit()
    for person in (funder, cast.mere, cast.cleo):
        browser = sign_in(person)
        assert browser.post("/groups/wednesday/seat").status_code == 404
        assert browser.get("/groups/open").status_code == 404
        assert "/groups/open" not in browser.get("/groups").text
    worker(store, cast.rua)
    store.commit()
    assert "/groups/open" in sign_in(cast.rua).get("/groups").text
    assert {seat.person.ref for seat in group.seats} == {"ben", "dan", "eve"}


def test_an_open_group_reads_the_same_whoever_is_kept_apart_from_whom(
    store: Store, cast, sign_in, group
) -> None:
    """Mo is in conflict with Dan; Kim is not. At joining Mo reads what is read of a full group."""
    mo, kim = (Person(ref=r, name=n, email=f"{r}@example.org") for r, n in
               (("mo", "Mo Bell"), ("kim", "Kim Ash")))  # fmt: skip
    group.open, group.maximum = True, 4
    for person in (mo, kim):
        worker(store, person)
    store.add(Conflict(person_id=cast.dan.id, other_person_id=mo.id))
    store.commit()
    for_mo = _main(sign_in(mo).get("/groups/open").text)
    for_kim = _main(sign_in(kim).get("/groups/open").text)
    assert for_mo == for_kim
    assert "1 free place." in for_mo
    waits = sign_in(mo).post("/groups/wednesday/seat", follow_redirects=True).text
    group.maximum = 2
    store.commit()
    full = sign_in(kim).post("/groups/wednesday/seat", follow_redirects=True).text
    said = "You are waiting for a place. We tell you when there is one."
    assert said in waits.split("<main")[1]
    assert waits.split("<main")[1].count(said) == full.split("<main")[1].count(said)


@pytest.mark.parametrize("named", ["Dan Foley", "Harbour House", "Nobody Known"])
def test_a_name_to_be_kept_apart_from_changes_no_number_of_free_places(
    store: Store, cast, sign_in, group, named: str
) -> None:
    group.open, group.maximum = True, 6
    mo = sign_in(worker(store, Person(ref="mo", name="Mo Bell", email="mo@example.org")))
    assert "3 free places." in mo.get("/groups/open").text
    mo.post("/apart", data={"name": named})
    assert named in mo.get("/apart").text
    assert "3 free places." in mo.get("/groups/open").text


def test_who_may_not_sit_there_waits_unseen_by_who_leads_and_by_the_hub(
    store: Store, cast, sign_in, group
) -> None:
    """Mo is in conflict with Dan, and there are free seats."""
    group.open, group.maximum = True, 6
    mo = worker(store, Person(ref="mo", name="Mo Bell", email="mo@example.org"))
    store.add(Conflict(person_id=mo.id, other_person_id=cast.dan.id))
    store.commit()
    ana, cleo = sign_in(cast.ana), sign_in(cast.cleo)
    pages = [(ana, "/groups/wednesday"), (cleo, "/groups/wednesday?who=bell"),
             (cleo, "/people/mo/groups")]  # fmt: skip
    before = [_main(browser.get(path).text) for browser, path in pages]
    sign_in(mo).post("/groups/wednesday/seat")
    assert "You are waiting for a place" in sign_in(mo).get("/groups/wednesday").text
    assert [_main(browser.get(path).text) for browser, path in pages] == before
    assert ana.post("/groups/wednesday/seats/mo/offer").status_code == 404
    given = cleo.post("/groups/wednesday/seats/mo", follow_redirects=True).text
    assert "This group is not available." in given
    assert store.query(Message).filter_by(template="seat_wanted").all() == []
    sign_in(cast.ben).post("/groups/wednesday/leave")
    sign_in(mo).post("/groups/wednesday/leave")
    assert "You left" in sign_in(mo).get("/groups").text


def test_the_hub_reads_that_somebody_has_no_way_into_a_group_and_not_why(
    store: Store, cast, sign_in, group
) -> None:
    """Mo is in conflict with Dan, and there are free seats; later there are none."""
    group.open, group.maximum = True, 6
    mo = worker(store, Person(ref="mo", name="Mo Bell", email="mo@example.org"))
    store.add(Conflict(person_id=mo.id, other_person_id=cast.dan.id))
    store.commit()
    cleo = sign_in(cast.cleo)
    sign_in(mo).post("/groups/wednesday/seat")
    page = cleo.get("/today").text.split('id="placeless"')[1].split("</section>")[0]
    assert "Mo Bell" in page
    assert "Offer another group" in page
    assert group.name not in page
    group.maximum = 3
    store.commit()
    full = cleo.get("/today").text.split('id="placeless"')[1].split("</section>")[0]
    assert "Mo Bell" in full
    assert "No place there can be given to them now." in page


def test_of_who_waits_only_the_seen_are_told_of(store: Store, cast, sign_in, group, now) -> None:
    """Once Eve has given up too, only Mo waits, who is in conflict with Dan."""
    group.open, group.maximum = True, 2
    mo, kim = (Person(ref=r, name=n, email=f"{r}@example.org") for r, n in
               (("mo", "Mo Bell"), ("kim", "Kim Ash")))  # fmt: skip
    for person in (mo, kim):
        worker(store, person)
    store.add(Conflict(person_id=mo.id, other_person_id=cast.dan.id))
    store.commit()
    sign_in(mo).post("/groups/wednesday/seat")
    assert store.query(Message).filter_by(template="seat_wanted").all() == []
    sign_in(kim).post("/groups/wednesday/seat")
    (letter,) = store.query(Message).filter_by(template="seat_wanted")
    assert letter.recipient_id == cast.ana.id
    assert still_true(store, letter)
    for person in (kim, next(seat.person for seat in group.seats if seat.person.ref == "eve")):
        sign_in(person).post("/groups/wednesday/leave")
    store.expire_all()
    assert not still_true(store, letter)
    sign_in(cast.dan).post("/groups/wednesday/leave")
    store.expire_all()
    assert "Mo Bell" in sign_in(cast.ana).get("/groups/wednesday").text
    assert still_true(store, letter)


def _main(page: str) -> str:
    """What a page says, without its head and foot."""
    return page.split("<main")[1].split("</main>")[0]


def test_the_hub_gives_a_seat_by_name_and_ends_it(store: Store, cast, sign_in, group) -> None:
    group.maximum = 4
    store.add(Person(ref="mo", name="Mo Bell", email="mo@example.org"))
    store.commit()
    cleo = sign_in(cast.cleo)
    assert "Mo Bell" in cleo.get("/groups/wednesday?who=bell").text
    assert "Nobody else of that name" in cleo.get("/groups/wednesday?who=nobody").text
    given = cleo.post("/groups/wednesday/seats/mo", follow_redirects=True).text
    assert "Mo Bell has a place, and is told." in given
    assert "Take Mo Bell out" in cleo.get("/groups/wednesday/seats/mo/end").text
    ended = cleo.post("/groups/wednesday/seats/mo/end", follow_redirects=True).text
    assert "Mo Bell is out of the group" in ended
    assert cleo.get("/groups/wednesday/seats/mo/end").status_code == 404
    assert sign_in(cast.ana).get("/groups/wednesday?who=bell").text.count("Mo Bell") == 0


def test_from_somebodys_page_the_hub_reads_what_is_free_and_gives_it(
    store: Store, cast, sign_in, group
) -> None:
    group.maximum = 4
    store.add(Person(ref="mo", name="Mo Bell", email="mo@example.org"))
    store.commit()
    cleo = sign_in(cast.cleo)
    assert "/people/mo/groups" in cleo.get("/people/mo").text
    page = cleo.get("/people/mo/groups").text
    assert "1 free place." in page
    given = cleo.post("/groups/wednesday/seats/mo", data={"next": "/people/mo/groups"},
                      follow_redirects=True).text  # fmt: skip
    assert "Has a place." in given
    managers = cleo.get("/people/mere/groups").text
    assert "Not available now." in managers
    assert "/groups/wednesday/seats/mere" not in managers
    refused = cleo.post("/groups/wednesday/seats/mere", follow_redirects=True).text
    assert "This group is not available." in refused


def test_leaving_asks_first_and_can_be_undone_that_day(
    store: Store, cast, sign_in, group, now
) -> None:
    ben = sign_in(cast.ben)
    asked = ben.get("/groups/wednesday/leave").text
    assert "Leave Wednesday co-reflection?" in asked
    assert "You can come back until the end of today." in asked
    left = ben.post("/groups/wednesday/leave", follow_redirects=True).text
    assert "You left Wednesday co-reflection today" in left
    assert ben.get("/groups/wednesday").status_code == 404
    back = ben.post("/groups/wednesday/return", follow_redirects=True).text
    assert "You are in the group again." in back
    assert "Next: Wednesday 17 February" in back
    ben.post("/groups/wednesday/leave")
    clock.set_to(now + timedelta(days=1))
    assert "You left" not in ben.get("/groups").text
    assert ben.post("/groups/wednesday/return").status_code == 404


@pytest.mark.parametrize("is_open", [True, False])
def test_whom_the_hub_takes_out_does_not_come_back_by_themselves(
    store: Store, cast, sign_in, group, is_open: bool
) -> None:
    group.open, group.maximum = is_open, 6
    store.commit()
    ben, cleo = sign_in(cast.ben), sign_in(cast.cleo)
    cleo.post("/groups/wednesday/seats/ben/end")
    page = ben.get("/groups").text
    assert "The hub has ended your place in Wednesday co-reflection." in page
    assert "You left" not in page
    assert "Come back" not in page
    assert ben.post("/groups/wednesday/return").status_code == 404
    joined = ben.post("/groups/wednesday/seat", follow_redirects=True)
    assert (joined.status_code == 404) is not is_open
    assert "Wednesday co-reflection" not in ben.get("/groups/open").text
    assert ben.get("/groups/wednesday").status_code == 404
    cleo.post("/groups/wednesday/seats/ben")
    ben.post("/groups/wednesday/leave")
    assert "You left Wednesday co-reflection today" in ben.get("/groups").text
    assert "again" in ben.post("/groups/wednesday/return", follow_redirects=True).text


def test_a_member_leaves_and_the_group_is_no_longer_theirs(
    store: Store, cast, sign_in, group
) -> None:
    ben = sign_in(cast.ben)
    assert ben.post("/groups/wednesday/leave").status_code == 303
    assert ben.get("/groups/wednesday").status_code == 404


def test_what_only_the_facilitator_does_a_member_cannot(store: Store, cast, sign_in, group) -> None:
    ben, nxt = sign_in(cast.ben), at(store, group, 1)
    for verb in ("attendance", "go-ahead", "cancellation", "restoration", "questions", "move"):
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


def test_the_hubs_day_shows_which_group_is_short_until_it_is_put_off(
    store: Store, cast, sign_in, group
) -> None:
    clock.set_to(datetime(2027, 2, 15, 21, tzinfo=UTC))
    for kind, cause in alerts.found(store, clock.now()):
        alerts.raise_cause(store, kind, cause, clock.now())
    store.commit()
    cleo, (alert,) = sign_in(cast.cleo), store.query(Alert).all()
    page = cleo.get("/today").text
    assert "Wednesday co-reflection needs 2 to meet on 17 February. Yes so far: 0." in page
    assert "Not enough yet" in cleo.get("/groups").text
    assert f"/alerts/{alert.ref}" in cleo.get("/groups/wednesday").text
    page = cleo.get(f"/alerts/{alert.ref}").text
    assert "Whoever leads the group still is." in page
    cleo.post(f"/alerts/{alert.ref}/snooze", data={"until": "2027-02-17"})
    assert "needs 2 to meet" not in cleo.get("/today").text


def test_the_hub_gives_a_group_another_name_and_a_long_one_is_not_cut(
    store: Store, cast, circle, sign_in
) -> None:
    cleo = sign_in(cast.cleo)
    page = cleo.post("/groups/circle/name", data={"name": "Harbour"}, follow_redirects=True).text
    assert "The group is called Harbour now." in page
    page = cleo.post("/groups/circle/name", data={"name": "x" * 81}, follow_redirects=True).text
    assert "Write at most 80 letters." in page
    assert "Harbour" in page
