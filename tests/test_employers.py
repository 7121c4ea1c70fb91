"""A worker moves to another employer: one act, looked at first, taken back until the day."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supervisor import access
from supervisor.employers import employer_changes, employer_choices, employer_terms
from supervisor.employers.employer_terms import Term, Then
from supervisor.employers.employer_values import Plan, Wanted
from supervisor.errors import Refused
from supervisor.matches import agreements, matches
from supervisor.models import Entitlement, Job, JobChange, Match, Message, Store
from supervisor.rules.kinds import Kind, MatchState, Mode, Role
from supervisor.sessions import sessions
from tests.supervisors import provider
from tests.test_sessions import at, told

FIRST, LAST = date(2027, 3, 15), date(2027, 3, 14)


@pytest.fixture
def two(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ben meets Ana before and after the day on which he could go to Harbour House."""
    cast.early, cast.late = (
        sessions.book(store, cast.entitlement, at(month, 1, 10), Mode.VIDEO, cast.ben, now)
        for month in (3, 4)
    )
    store.commit()
    return cast


def wanted(cast: SimpleNamespace, **changes: Any) -> Wanted:
    return Wanted(
        **{
            "old": cast.ben.jobs[0], "organisation": cast.harbour, "manager": cast.rua,
            "role": Role.PEER_SUPPORT_WORKER, "first": FIRST, "terms": {}, **changes,
        }
    )  # fmt: skip


def paid(store: Store, cast: SimpleNamespace, then: Then, sessions: int = 0) -> dict[str, Term]:
    """Ben's employer pays, and this becomes of it."""
    cast.entitlement.payer = "lakes"
    store.commit()
    return {"ben-2027": Term(then, sessions)}


def move(store: Store, cast: SimpleNamespace, now, **changes: Any) -> Plan | None:
    what = wanted(cast, **changes)
    seen = employer_changes.plan(store, cast.ben, what, now).seen
    done = employer_changes.change(store, cast.ben, what, seen, cast.cleo, now)
    store.commit()
    return done


def on_the_day(store: Store, now) -> None:
    employer_terms.begin_all(store, now + timedelta(days=40))
    store.commit()


def seers(store: Store, owed: Entitlement, on: date) -> list[str]:
    return [one.ref for one in access.managers_of(store, owed, on)]


def test_looking_says_who_pays_who_is_met_and_who_sees_it_and_keeps_nothing(
    store: Store, two, now
) -> None:
    made = employer_changes.plan(store, two.ben, wanted(two), now)
    store.commit()
    (line,) = made.lines
    assert (line.then, line.paid, line.against) == (None, ("hub", "hub"), [])
    assert line.match is two.match
    assert (line.stays, line.off) == ([two.late], [])
    assert [[one.ref for one in some] for some in line.managers] == [["mere"], ["rua"]]
    assert [job.ends_on for job in two.ben.jobs] == [None]
    assert store.scalars(select(JobChange)).all() == []
    assert told(store, "employer_changed") == {}


def test_one_job_ends_and_the_other_begins_and_each_is_told(store: Store, two, now) -> None:
    move(store, two, now)
    old, new = sorted(two.ben.jobs, key=lambda job: job.id)
    assert (old.ends_on, new.starts_on, new.manager) == (LAST, FIRST, two.rua)
    assert two.match.ends_on is None
    assert set(told(store, "employer_changed")) == {"ben"}
    assert set(told(store, "team_changed")) == {"mere", "rua"}


def test_managers_see_it_until_the_last_day_and_from_the_first(store: Store, two, now) -> None:
    move(store, two, now)
    assert seers(store, two.entitlement, LAST) == ["mere"]
    assert seers(store, two.entitlement, FIRST) == ["rua"]


def test_a_supervisor_who_works_there_is_met_no_more_and_others_are_named(
    store: Store, two, now
) -> None:
    provider(store, two, "kim", "Kim Wade")
    store.add(Job(person=two.ana, organisation=two.harbour, role=Role.OTHER))
    store.commit()
    (line,) = employer_changes.plan(store, two.ben, wanted(two), now).lines
    assert [str(words) for words in line.against] == ["Works for the same employer"]
    assert [one.ref for one in line.instead] == ["kim"]
    assert line.off == [two.late]
    move(store, two, now)
    assert two.match.ends_on == LAST
    assert (two.early.cancelled_at, two.late.cancelled_at is None) == (None, False)
    assert set(told(store, "match_ended")) == {"ana", "ben"}
    assert two.entitlement.ends_on == date(2027, 12, 31)


@pytest.fixture
def offered(store: Store, two, now) -> SimpleNamespace:
    """Ben has nobody. Kim, of Harbour House, and Lou, of none, are offered to him."""
    two.match.state, two.match.ends_on = MatchState.ENDED, date(2027, 2, 1)
    for ref in ("kim", "lou"):
        setattr(two, ref, provider(store, two, ref, f"{ref.title()} Wade"))
    store.add(Job(person=two.kim, organisation=two.harbour, role=Role.OTHER))
    two.kims, two.lous = (
        matches.offer(store, two.entitlement, who, now, two.cleo) for who in (two.kim, two.lou)
    )
    store.commit()
    return two


def test_what_was_offered_and_will_be_unlawful_is_taken_from_the_list(
    store: Store, offered, now
) -> None:
    assert employer_changes.plan(store, offered.ben, wanted(offered), now).offers == [offered.kims]
    assert offered.kims.state == MatchState.OFFERED
    move(store, offered, now)
    assert (offered.kims.state, offered.lous.state) == (MatchState.LAPSED, MatchState.OFFERED)
    assert told(store, "match_not_available") == {}
    with pytest.raises(Refused, match="Works for the same employer"):
        matches.offer(store, offered.entitlement, offered.kim, now, offered.cleo)


def test_whoever_was_asked_reads_that_no_answer_is_needed_and_not_why(
    store: Store, offered, now
) -> None:
    matches.choose(store, offered.kims, offered.ben, now)
    for message in store.scalars(select(Message)):
        message.sent_at = now
    move(store, offered, now)
    assert offered.kims.state == MatchState.LAPSED
    assert set(told(store, "match_closed")) == {"kim"}
    assert set(told(store, "match_not_available")) == {"ben"}
    assert told(store, "match_closed")["kim"] == {"other": "Ben Harris"}


def test_where_nobody_is_left_to_choose_the_worker_is_told(store: Store, offered, now) -> None:
    matches.decline(store, offered.lous, offered.ben, now)
    move(store, offered, now)
    assert set(told(store, "match_not_available")) == {"ben"}
    assert set(told(store, "match_closed")) == set()


def test_the_hub_reads_first_which_offers_end(store: Store, offered, now, sign_in) -> None:
    matches.choose(store, offered.kims, offered.ben, now)
    store.commit()
    form = {
        "job": offered.ben.jobs[0].ref, "employer": "harbour", "manager": "rua",
        "role": "peer_support_worker", "first_on": "2027-03-15",
    }  # fmt: skip
    page = sign_in(offered.cleo).post("/people/ben/employer", data=form).text
    assert "Kim Wade to Ben Harris. They read that no answer is needed any more" in page
    assert "Lou Wade to Ben Harris" not in page


def test_a_supervisor_who_moves_is_offered_no_more_to_those_who_work_there(
    store: Store, offered, now
) -> None:
    store.add(Job(person=offered.lou, organisation=offered.harbour, role=Role.OTHER))
    store.commit()
    what = wanted(offered, old=offered.lou.jobs[0], organisation=offered.lakes, manager=None)
    seen = employer_changes.plan(store, offered.lou, what, now)
    assert seen.offers == [offered.lous]
    employer_changes.change(store, offered.lou, what, seen.seen, offered.cleo, now)
    assert offered.lous.state == MatchState.LAPSED


def test_what_goes_on_is_paid_by_the_new_employer_from_the_day(store: Store, two, now) -> None:
    move(store, two, now, terms=paid(store, two, Then.GOES_ON))
    assert two.entitlement.payer == "lakes"
    on_the_day(store, now)
    assert two.entitlement.payer == "harbour"
    assert seers(store, two.entitlement, FIRST) == ["rua"]


def test_the_hub_may_pay_from_then_on(store: Store, two, now) -> None:
    move(store, two, now, terms=paid(store, two, Then.HUB_PAYS))
    on_the_day(store, now)
    assert two.entitlement.payer == "hub"


def test_what_ends_with_the_old_job_calls_off_what_lies_after_it(store: Store, two, now) -> None:
    move(store, two, now, terms=paid(store, two, Then.ENDS))
    assert two.entitlement.ends_on == two.match.ends_on == LAST
    assert two.early.cancelled_at is None
    assert two.late.cancelled_at is not None


def test_a_new_one_begins_with_the_same_supervisor_and_the_same_times(
    store: Store, two, now
) -> None:
    made = move(store, two, now, terms=paid(store, two, Then.ANEW, 7))
    assert made.lines[0].stays == [two.late]
    assert two.entitlement.ends_on == date(2027, 12, 31)
    on_the_day(store, now)
    new = store.scalars(select(Entitlement).where(Entitlement.starts_on == FIRST)).one()
    assert (new.sessions, new.payer, new.mandatory) == (7, "harbour", True)
    assert two.entitlement.ends_on == two.match.ends_on == LAST
    match = store.scalars(select(Match).filter_by(entitlement_id=new.id)).one()
    assert (match.provider, match.state) == (two.ana, MatchState.ACTIVE)
    assert (two.early.entitlement, two.late.entitlement) == (two.entitlement, new)
    assert two.late.cancelled_at is None


def test_what_the_old_employer_signed_shows_nothing_to_the_new_one(store: Store, two, now) -> None:
    two.entitlement.kind = two.offering.kind = Kind.MENTORING
    two.ana.years_experience, two.ben.years_experience = 9, 1
    terms = agreements.draft(store, two.match)
    terms.manager_sees_kind = True
    terms.employer_signed_at = terms.worker_signed_at = terms.provider_signed_at = now
    store.commit()
    assert seers(store, two.entitlement, LAST) == ["mere"]
    move(store, two, now)
    on_the_day(store, now)
    assert seers(store, two.entitlement, FIRST) == []
    assert (terms.employer_signed_at, terms.worker_signed_at) == (None, now)


def test_until_the_day_it_can_be_taken_back(store: Store, two, now) -> None:
    move(store, two, now, terms=paid(store, two, Then.ENDS))
    employer_changes.take_back(store, two.ben, two.cleo, now)
    store.commit()
    assert [job.ends_on for job in store.scalars(select(Job).filter_by(person_id=two.ben.id))] == [
        None
    ]
    assert two.entitlement.ends_on == date(2027, 12, 31)
    assert employer_choices.open_change(store, two.ben) is None
    with pytest.raises(Refused, match="taken back already"):
        employer_changes.take_back(store, two.ben, two.cleo, now)


def test_once_it_has_begun_it_stays(store: Store, two, now) -> None:
    move(store, two, now)
    on_the_day(store, now)
    with pytest.raises(Refused, match="It has begun"):
        employer_changes.take_back(store, two.ben, two.cleo, now)


def test_what_changed_since_it_was_read_is_read_anew(store: Store, two, now) -> None:
    seen = employer_changes.plan(store, two.ben, wanted(two), now).seen
    store.add(Job(person=two.ana, organisation=two.harbour, role=Role.OTHER))
    store.commit()
    assert employer_changes.change(store, two.ben, wanted(two), seen, two.cleo, now) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": date(2027, 2, 1)}, "today or still to come"),
        ({"manager": "mere"}, "does not work there"),
        ({"organisation": "lakes", "manager": None}, "work there already"),
        ({"pays": True}, "what becomes of each"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    store: Store, two, now, changes: dict[str, Any], words: str
) -> None:
    given = {k: getattr(two, v) if isinstance(v, str) else v for k, v in changes.items()}
    if given.pop("pays", None):
        paid(store, two, Then.ENDS)
    with pytest.raises(Refused, match=words):
        employer_changes.plan(store, two.ben, wanted(two, **given), now)


def test_the_hub_reads_it_on_a_page_says_yes_and_takes_it_back(
    store: Store, two, sign_in: Callable[..., FlaskClient]
) -> None:
    paid(store, two, Then.ENDS)
    cleo = sign_in(two.cleo)
    form = {
        "job": two.ben.jobs[0].ref, "employer": "harbour", "manager": "rua",
        "role": "peer_support_worker", "first_on": "2027-03-15", "then-ben-2027": "anew",
        "sessions-ben-2027": "6",
    }  # fmt: skip
    page = cleo.post("/people/ben/employer", data=form).text
    assert "Nothing is done yet." in page
    assert "a new one of 6 sessions begins" in page
    assert "Paid by Lakes Peer Service until then, by Harbour House from then on." in page
    assert "Mere Parata until 14 March 2027, then Rua Finch." in page
    assert "Until that day it can be taken back." in page
    begun = cleo.post("/people/ben/employer", data=form | {"first_on": "2027-02-10"}).text
    assert "so this cannot be taken back" in begun
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert cleo.post("/people/ben/employer", data=form | {"seen": seen}).status_code == 303
    assert "Harbour House" in cleo.get("/people/ben/employer").text
    about = cleo.get("/people/ben").text
    assert "Lakes Peer Service, until 14 March 2027" in about
    assert "Harbour House, from 15 March 2027" in about
    assert cleo.post("/people/ben/employer/withdrawal").status_code == 303
    assert "See what would happen" in cleo.get("/people/ben/employer").text
