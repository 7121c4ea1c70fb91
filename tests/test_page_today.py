"""Today: what needs the coordinator, each line with its remedy, and what pressing it does."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.models import (
    Commitment,
    Entitlement,
    Job,
    Match,
    Message,
    Offering,
    Person,
    Provider,
    Session,
    Store,
)
from supervisor.rules.kinds import Answer, Kind, MatchState, Outcome, Side, Standing
from supervisor.sessions import delivery, sessions
from supervisor.settings import save
from supervisor.today import today
from supervisor.today.today import BoardSettings
from tests.everybody import settle, without_meetings

MAY = datetime(2027, 4, 29, 20, 0, tzinfo=UTC)


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


@pytest.fixture
def cleo(cast: SimpleNamespace, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(cast.cleo)


@pytest.fixture
def behind(store: Store, cast: SimpleNamespace, sign_in) -> FlaskClient:
    """It is 30 April and Ben has had none of the 3.29 that were expected."""
    clock.set_to(MAY)
    return sign_in(cast.cleo)


def test_a_worker_who_is_behind_is_there_with_times_that_suit_both(
    store: Store, cast, behind
) -> None:
    page = behind.get("/today").text
    assert "1 thing needs you." in page
    assert "Behind" in page
    assert "Ben Harris" in page
    assert "Both are free:" in page
    assert "3.3 expected" in page


def test_the_remedy_books_it_and_the_line_is_gone(store: Store, cast, behind) -> None:
    start = re.search(r'name="start" value="([^"]+)"', behind.get("/today").text)
    assert start
    answer = behind.post("/today/ben-2027/bookings", data={"start": start[1], "at": "behind"})
    assert answer.headers["Location"] == "/today#behind"
    assert "Booked for Ben Harris and Ana Rewi." in behind.get("/today").text
    booked = store.query(Session).one()
    assert booked.booked_by_id == cast.cleo.id
    assert {m.recipient_id for m in store.query(Message)} >= {cast.ben.id, cast.ana.id}


def test_a_time_that_has_gone_is_said_on_the_board(store: Store, cast, behind) -> None:
    start = re.search(r'name="start" value="([^"]+)"', behind.get("/today").text)
    begins = datetime.fromisoformat(start[1].partition("|")[0])
    ends = begins + timedelta(hours=1)
    store.add(Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=ends))
    store.commit()
    behind.post("/today/ben-2027/bookings", data={"start": start[1]})
    page = behind.get("/today").text
    assert "That time has just gone." in page
    assert 'role="alert"' in page
    assert start[1] not in page


def test_three_times_go_to_the_pair(store: Store, cast, behind) -> None:
    behind.post("/today/ben-2027/times", data={"at": "behind"})
    assert "Times sent to Ben Harris and Ana Rewi." in behind.get("/today").text
    told = [m for m in store.query(Message) if m.template == "times"]
    assert {m.recipient_id for m in told} == {cast.ben.id, cast.ana.id}
    assert all(len(m.facts["times"]) == 3 for m in told)


def test_without_a_time_in_common_the_board_says_why(store: Store, cast, behind) -> None:
    for window in cast.ana.windows:
        window.weekday = 6
    store.commit()
    page = behind.get("/today").text
    assert "Nothing in their hours suits them both." in rows_of(page, "behind")
    assert "Find cover" in page
    behind.post("/today/ben-2027/times")
    assert "No time suits them both yet" in behind.get("/today").text


def test_nothing_needs_her_when_everyone_is_on_track(store: Store, cast, sign_in) -> None:
    clock.set_to(datetime(2027, 1, 5, tzinfo=UTC))
    page = sign_in(cast.cleo).get("/today").text
    assert "Nothing needs you today" in page
    assert "1 of 1 people are on track." in page


def test_an_empty_hub_has_a_page_too(store: Store, cast, cleo) -> None:
    store.query(Match).delete()
    store.query(Entitlement).delete()
    store.commit()
    page = cleo.get("/today").text
    assert "Nothing needs you today" in page
    assert "0 of 0 people" in page


def test_somebody_without_a_provider_leads_to_who_fits(store: Store, theirs, cleo) -> None:
    page = cleo.get("/today").text
    assert 'id="not_matched"' in page
    assert "/people/eve/entitlements/eve-2027/shortlist" in page


def test_a_section_shows_its_first_rows_and_all_when_asked(store: Store, cast, now) -> None:
    for n in range(7):
        person = Person(ref=f"new{n}", name=f"New Worker{n}", email=f"new{n}@example.org")
        store.add(
            Entitlement(
                person=person, kind=Kind.MENTORING, sessions=6, minutes=60,
                starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
            )
        )  # fmt: skip
    store.flush()
    section = today.board(store, now).sections[Standing.NOT_MATCHED]
    assert (section.count, len(section.lines)) == (7, 4)
    whole = today.board(store, now, "not_matched").sections[Standing.NOT_MATCHED]
    assert len(whole.lines) == 7
    save(store, BoardSettings(rows=6))
    assert len(today.board(store, now).sections[Standing.NOT_MATCHED].lines) == 6


def test_whoever_is_furthest_behind_stands_first(store: Store, theirs) -> None:
    store.query(Match).filter_by(ref="dan-xan").delete()
    for ref, number in (("dan-2027", 30), ("eve-2027", 20)):
        owed = store.query(Entitlement).filter_by(ref=ref).one()
        owed.sessions, owed.kind = number, Kind.PEER_SUPERVISION
        match = Match(ref=f"m-{ref}", entitlement=owed, provider=theirs.ana,
                      state=MatchState.ACTIVE, starts_on=date(2027, 1, 1))  # fmt: skip
        store.add(match)
    store.flush()
    lines = today.board(store, MAY).sections[Standing.BEHIND].lines
    assert [line.entitlement.ref for line in lines] == ["dan-2027", "eve-2027", "ben-2027"]


@pytest.fixture
def unanswered(store: Store, theirs) -> SimpleNamespace:
    """Nobody has said whether Ben and Ana met on 7 February."""
    return theirs


def test_who_has_not_answered_is_asked_again(store: Store, unanswered, cleo) -> None:
    assert "Nobody has answered yet." in cleo.get("/today").text
    cleo.post("/today/sessions/session-0/reminders", data={"at": "confirm"})
    assert "Asked Ben Harris and Ana Rewi again." in cleo.get("/today").text


def test_the_hub_types_one_sides_answer_and_never_both(store: Store, unanswered, cleo) -> None:
    page = cleo.get("/sessions/session-0/confirmation").text
    assert "Whose answer is it?" in page
    cleo.post("/sessions/session-0/confirmation", data={"answer": "held"})
    assert "Say whose answer it is." in cleo.get("/today").text
    cleo.post("/sessions/session-0/confirmation", data={"answer": "held", "side": "worker"})
    assert "Thank you. That is written down." in cleo.get("/today").text
    cleo.post("/sessions/session-0/confirmation", data={"answer": "held", "side": "provider"})
    assert "This one has to be their own." in cleo.get("/today").text
    page = cleo.get("/sessions/session-0/confirmation").text
    assert "What is not said yet has to be their own word." in page
    assert "Whose answer is it?" not in page
    assert "Did it happen?" not in cleo.get("/sessions/session-0").text
    store.expire_all()
    (said,) = unanswered.past.confirmations
    assert (said.side, said.by_id) == (Side.WORKER, unanswered.cleo.id)


def test_what_they_see_differently_is_settled_with_both_words_kept(
    store: Store, unanswered, now, cleo
) -> None:
    past, ben, ana = unanswered.past, unanswered.ben, unanswered.ana
    delivery.confirm(store, past, Side.WORKER, Answer.HELD, ben, now)
    delivery.confirm(store, past, Side.PROVIDER, Answer.ANOTHER_DAY, ana, now)
    store.commit()
    assert "They differ" in cleo.get("/today").text
    way = 'href="/today#disputed">Settle it'
    assert way in cleo.get("/sessions/session-0").text
    cleo.post("/today/sessions/session-0/settlement", data={"at": "disputed"})
    assert "Say whether they met." in cleo.get("/today").text
    cleo.post("/today/sessions/session-0/settlement", data={"held": "yes"})
    assert "Settled. Both answers are kept." in cleo.get("/today").text
    store.expire_all()
    assert past.outcome == Outcome.HELD
    assert len(past.confirmations) == 2
    cleo.post("/today/sessions/session-0/settlement", data={"held": "yes"})
    assert "That meeting is already settled." in cleo.get("/today").text


@pytest.mark.parametrize("held", ["yes", "no"])
def test_what_was_settled_is_read_by_both_beside_what_each_said(
    store: Store, unanswered, now, cleo, sign_in, held
) -> None:
    past, ben, ana = unanswered.past, unanswered.ben, unanswered.ana
    delivery.confirm(store, past, Side.WORKER, Answer.HELD, ben, now)
    delivery.confirm(store, past, Side.PROVIDER, Answer.ANOTHER_DAY, ana, now)
    store.commit()
    assert "the hub settled it" not in sign_in(ben).get("/sessions/session-0").text
    cleo.post("/today/sessions/session-0/settlement", data={"held": held})
    for reader in (cleo, sign_in(ben), sign_in(ana)):
        page = reader.get("/sessions/session-0").text
        assert "and the hub settled it" in page
        assert "they met another day" in page or "you met another day" in page


def test_what_was_settled_by_a_slip_is_put_right(store: Store, unanswered, now, cleo) -> None:
    past, here = unanswered.past, "/sessions/session-0"
    delivery.confirm(store, past, Side.WORKER, Answer.HELD, unanswered.ben, now)
    delivery.confirm(store, past, Side.PROVIDER, Answer.ANOTHER_DAY, unanswered.ana, now)
    store.commit()
    answer, slip = "/today/sessions/session-0/settlement", {"again": "1", "next": here}
    cleo.post(answer, data={"held": "no"})
    assert "It was a slip: they met" in cleo.get(here).text
    cleo.post(answer, data={"held": "yes"})
    store.expire_all()
    assert past.outcome == Outcome.DID_NOT_HAPPEN
    right = cleo.post(answer, data={"held": "yes"} | slip, follow_redirects=True)
    assert right.request.path == here
    assert "Settled." in right.text
    store.expire_all()
    assert past.outcome == Outcome.HELD
    assert len(past.confirmations) == 2
    assert "It was a slip: they did not meet" in cleo.get(here).text


def test_the_hub_is_offered_only_the_side_that_has_not_answered(
    store: Store, unanswered, now, cleo
) -> None:
    delivery.confirm(store, unanswered.past, Side.WORKER, Answer.HELD, unanswered.ben, now)
    store.commit()
    page = cleo.get("/sessions/session-0/confirmation").text
    assert 'name="side" value="provider" required' in page
    assert 'name="side" value="worker" required' not in page


def test_what_they_see_differently_stays_until_it_is_settled(
    store: Store, unanswered, now, cleo
) -> None:
    past, ben, ana = unanswered.past, unanswered.ben, unanswered.ana
    delivery.confirm(store, past, Side.WORKER, Answer.HELD, ben, now)
    delivery.confirm(store, past, Side.PROVIDER, Answer.WORKER_AWAY, ana, now)
    store.commit()
    clock.set_to(now + timedelta(days=60))
    assert [one.ref for one in today.board(store, clock.now()).disputed] == [past.ref]
    delivery.settle(store, past, held=True, by=unanswered.cleo, now=clock.now())
    assert today.board(store, clock.now()).disputed == []


def test_where_they_met_another_day_the_day_is_written_down(
    store: Store, unanswered, now, cleo
) -> None:
    past, ben, ana = unanswered.past, unanswered.ben, unanswered.ana
    delivery.confirm(store, past, Side.WORKER, Answer.HELD, ben, now)
    delivery.confirm(store, past, Side.PROVIDER, Answer.ANOTHER_DAY, ana, now)
    store.commit()
    assert "They met on that day" in cleo.get("/today").text
    answer = "/today/sessions/session-0/settlement"
    cleo.post(answer, data={"held": "another", "on": "soon"})
    assert "Write a day" in cleo.get("/today").text
    cleo.post(answer, data={"held": "another", "on": "2027-02-05"})
    assert "Settled. Both answers are kept." in cleo.get("/today").text
    store.expire_all()
    assert (past.outcome, past.local_start.date()) == (Outcome.HELD, date(2027, 2, 5))
    assert len(past.confirmations) == 2


def test_a_new_manager_from_an_import_waits_for_her_yes(store: Store, theirs, cleo) -> None:
    assert "names Rua Finch as manager. It was Mere Parata." in cleo.get("/today").text
    assert "Choose yes or no." in cleo.post("/today/managers/1", follow_redirects=True).text
    cleo.post("/today/managers/1", data={"yes": "yes", "at": "managers"})
    assert "Decided." in cleo.get("/today").text
    job = store.query(Job).filter_by(person_id=theirs.ben.id).one()
    assert job.manager_id == theirs.rua.id
    assert cleo.post("/today/managers/1", data={"yes": "yes"}).status_code == 404


def test_who_is_over_capacity_or_near_the_end_of_their_vetting_is_there(
    store: Store, cast, cleo
) -> None:
    cast.offering.capacity = 0
    cast.offering.vetted_until = date(2027, 2, 20)
    store.add(Provider(person_id=cast.dan.id))
    store.flush()
    store.add(Offering(person_id=cast.dan.id, kind=Kind.COACHING, capacity=1))
    store.commit()
    page = cleo.get("/today").text
    assert "Has 1 of 0." in page
    assert "room for" not in page
    assert "Vetted until 20 February 2027." in page
    supervisors = cleo.get("/providers").text
    assert "not vetted" in supervisors
    assert "Over capacity" in supervisors


def test_who_has_promised_more_hours_than_they_give_is_there(store: Store, cast, cleo) -> None:
    """Ben has ten hours with Ana, who gives nine."""
    store.get_one(Provider, cast.ana.id).hours_a_year = 9
    store.commit()
    assert "More hours are promised than they give in a year." in cleo.get("/today").text


def need(page: str) -> int:
    """How many things the page says need her."""
    found = re.search(r"(\d+) things? needs? you", page)
    assert found
    return int(found[1])


def rows_of(page: str, section: str) -> str:
    """The words of one section of the board."""
    _before, found, after = page.partition(f'<h2 id="{section}"')
    return after.partition("</section>")[0] if found else ""


def test_times_that_were_sent_move_the_row_under_the_others(store: Store, cast, behind) -> None:
    before = need(behind.get("/today").text)
    behind.post("/today/ben-2027/times", data={"at": "behind"})
    page = behind.get("/today").text
    assert need(page) == before - 1
    assert rows_of(page, "behind") == ""
    assert "Ben Harris" in rows_of(page, "under_way")
    assert "Times sent today." in rows_of(page, "under_way")


def test_times_that_nobody_took_come_back_with_their_day(store: Store, cast, behind) -> None:
    behind.post("/today/ben-2027/times", data={"at": "behind"})
    sent = store.query(Message).filter_by(template="times").all()
    for message in sent:
        message.until_at = MAY + timedelta(days=40)
    store.commit()
    clock.set_to(MAY + timedelta(days=8))
    assert "Ben Harris" in rows_of(behind.get("/today").text, "behind")


def test_a_booking_that_is_not_enough_stays_and_says_what_is_booked(
    store: Store, cast, behind
) -> None:
    behind.post("/today/ben-2027/bookings", data={"start": "2027-05-04T22:00:00+00:00|video"})
    row = rows_of(behind.get("/today").text, "behind")
    assert "1 booked ahead, on 5 May 2027." in row
    assert "Book " in row


def test_enough_that_is_booked_reads_as_catching_up_and_needs_nobody(
    store: Store, cast, behind
) -> None:
    for week in range(4):
        at = datetime(2027, 5, 3, 22, 0, tzinfo=UTC) + timedelta(weeks=week)
        sessions.book(store, cast.entitlement, at, "video", cast.cleo, MAY)
    store.commit()
    page = behind.get("/today").text
    assert "Nothing needs you today" in page
    assert "Everyone is on track" not in page
    row = rows_of(page, "under_way")
    assert "Behind, catching up" in row
    assert "4 booked ahead, the last on 25 May 2027." in row
    assert "Behind, catching up" in behind.get(f"/people/{cast.ben.ref}").text


def test_cover_that_was_asked_for_shows_on_the_row(store: Store, theirs, behind) -> None:
    without_meetings(store)
    match = Match(ref="cover-1", entitlement=theirs.entitlement, provider=theirs.dan, cover=True,
                  state=MatchState.OFFERED, offered_at=MAY, worker_yes_at=MAY)  # fmt: skip
    store.add(match)
    store.commit()
    page = behind.get("/today").text
    assert "Dan Foley is asked to cover." in rows_of(page, "under_way")


@pytest.fixture
def last_year(store: Store, cast) -> Entitlement:
    """Ben's half year ended a month ago, and nothing of it was held."""
    owed = Entitlement(
        ref="ben-2026", person=cast.ben, kind=Kind.PEER_SUPERVISION, sessions=5, minutes=60,
        starts_on=date(2026, 7, 1), ends_on=date(2027, 1, 10), payer="employer",
    )  # fmt: skip
    store.add(owed)
    store.commit()
    return owed


def test_a_period_that_ended_short_stays_on_the_board_for_a_while(
    store: Store, cast, last_year, cleo, sign_in
) -> None:
    row = rows_of(cleo.get("/today").text, "ended_short")
    assert "0 of 5 done" in row
    assert "1 July 2026 – 10 January 2027" in row
    clock.set_to(datetime(2027, 3, 15, tzinfo=UTC))
    assert rows_of(sign_in(cast.cleo).get("/today").text, "ended_short") == ""


def test_a_manager_sees_what_ended_short_as_a_row_of_its_own(
    store: Store, cast, last_year, sign_in
) -> None:
    page = sign_in(cast.mere).get("/team").text
    assert "1 July 2026 – 10 January 2027" in page
    assert "Ended short" in page
    assert page.count("Ben Harris</th>") == 2
