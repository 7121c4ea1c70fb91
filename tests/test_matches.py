"""A match from offer to end: the worker chooses, the provider is asked, either may say no."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from supervisor import capacity, entitlements, schedule
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.matches import matches, matching
from supervisor.models import (
    Audit,
    Commitment,
    Entitlement,
    Leave,
    Match,
    Message,
    Offering,
    Person,
    Proposal,
    Provider,
    Session,
    Store,
    Trait,
    Window,
)
from supervisor.models.engine import prepare, writing
from supervisor.rules.kinds import Kind, MatchState, Mode, Outcome, Side, Standing
from supervisor.zones import to_local

TODAY = date(2027, 2, 10)


@pytest.fixture
def eve(store: Store, cast: SimpleNamespace) -> Person:
    """Another supervisor of no employer, with room for one."""
    return _supervisor(store, cast, "eve", "Eve Tan")


def _supervisor(store: Store, cast: SimpleNamespace, ref: str, name: str) -> Person:
    person = Person(ref=ref, name=name, email=f"{ref}@example.org", place=cast.dunedin)
    person.modes = [Mode.VIDEO]
    person.traits = [Trait(word=cast.consumer)]
    person.windows = [Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)]
    store.add(person)
    store.flush()
    store.add(Provider(person_id=person.id))
    store.flush()
    store.add(
        Offering(
            person_id=person.id,
            kind=Kind.PEER_SUPERVISION,
            capacity=1,
            vetted_until=date(2028, 12, 31),
        )
    )
    store.commit()
    return person


@pytest.fixture
def dans(store: Store, cast: SimpleNamespace) -> Entitlement:
    """Dan's own ten sessions, with nobody yet."""
    owed = Entitlement(
        ref="dan-2027", person=cast.dan, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), mandatory=True,
    )  # fmt: skip
    store.add(owed)
    store.flush()
    entitlements.reassess(store, owed, datetime.fromisoformat("2027-02-09T20:00+00:00"))
    store.commit()
    return owed


def told(store: Store, person: Person) -> list[str]:
    """What waits in the outbox for somebody, oldest first."""
    query = select(Message.template).where(
        Message.recipient_id == person.id, Message.dropped_at.is_(None)
    )
    return list(store.scalars(query.order_by(Message.id)))


def trail(store: Store, noun: str = "match") -> list[tuple[str, int | None, int | None]]:
    query = select(Audit.verb, Audit.by_id, Audit.for_id).where(Audit.noun == noun)
    return [tuple(row) for row in store.execute(query.order_by(Audit.id))]


def test_an_offer_waits_for_the_worker_and_is_made_once(store, cast, dans, now) -> None:
    first = matches.offer(store, dans, cast.ana, now, cast.cleo)
    assert matches.offer(store, dans, cast.ana, now, cast.cleo) is first
    assert (first.state, first.cover) == (MatchState.OFFERED, False)
    assert first.fit is not None
    assert first.lapses_at == now + timedelta(days=14)
    assert told(store, cast.dan) == ["match_offered"]
    assert told(store, cast.ana) == []
    assert trail(store) == [("offer", cast.cleo.id, cast.dan.id)]


def test_a_pair_has_one_open_offer_of_either_sort(store, cast, dans, now) -> None:
    matches.offer(store, dans, cast.ana, now, cast.cleo)
    with pytest.raises(Refused, match="has been offered already"):
        matches.offer(store, dans, cast.ana, now, cast.cleo, cover=True)


def test_several_offers_of_a_day_are_one_message(store, cast, dans, eve, now) -> None:
    matches.offer(store, dans, cast.ana, now, cast.cleo)
    matches.offer(store, dans, eve, now, cast.cleo)
    assert told(store, cast.dan) == ["match_offered"]
    assert {m.provider for m in matches.open_offers(store, dans)} == {cast.ana, eve}


def test_who_is_offered_after_the_first_was_answered_is_told_the_same_day(
    store, cast, dans, eve, now
) -> None:
    matches.offer(store, dans, cast.ana, now, cast.cleo)
    (first,) = store.scalars(select(Message).where(Message.template == "match_offered"))
    first.sent_at = now
    matches.none_of_these(store, dans, "", cast.dan, now)
    matches.offer(store, dans, eve, now + timedelta(hours=1), cast.cleo)
    assert told(store, cast.dan) == ["match_offered", "match_offered"]


def test_what_was_answered_before_it_was_sent_is_told_once_with_the_new_offer(
    store, cast, dans, eve, now
) -> None:
    matches.offer(store, dans, cast.ana, now, cast.cleo)
    matches.none_of_these(store, dans, "", cast.dan, now)
    matches.offer(store, dans, eve, now + timedelta(hours=1), cast.cleo)
    assert told(store, cast.dan) == ["match_offered"]


def test_who_may_not_be_matched_cannot_be_offered(store, cast, dans, eve, now) -> None:
    store.add(cast_job(cast, eve))
    with pytest.raises(Refused, match="Eve Tan cannot be offered: Works for the same employer"):
        matches.offer(store, dans, eve, now, cast.cleo)
    assert store.scalars(select(Match).where(Match.state == MatchState.OFFERED)).all() == []


def cast_job(cast: SimpleNamespace, person: Person):
    from supervisor.models import Job
    from supervisor.rules.kinds import Role

    return Job(person=person, organisation=cast.harbour, role=Role.EDUCATOR)


def test_who_meets_them_already_is_not_offered_again(store, cast, now) -> None:
    for cover in (False, True):
        with pytest.raises(Refused, match="meets them already"):
            matches.offer(store, cast.entitlement, cast.ana, now, cast.cleo, cover=cover)


def test_the_worker_chooses_and_then_the_provider_is_asked(store, cast, dans, eve, now) -> None:
    ana, other = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    later = now + timedelta(days=3)
    matches.choose(store, ana, cast.dan, later)
    assert (ana.worker_yes_at, ana.lapses_at) == (later, later + timedelta(days=14))
    assert other.state == MatchState.OFFERED
    assert told(store, cast.ana) == ["match_asked"]
    assert told(store, eve) == []
    assert matches.choose(store, ana, cast.dan, later) is ana
    assert told(store, cast.ana) == ["match_asked"]
    with pytest.raises(Refused, match="Ana Rewi has been asked"):
        matches.choose(store, other, cast.dan, later)


def test_the_hub_may_choose_for_somebody_on_the_phone_and_nobody_else(
    store, cast, dans, now
) -> None:
    match = matches.offer(store, dans, cast.ana, now, cast.cleo)
    for stranger in (cast.mere, cast.ana, cast.ben):
        with pytest.raises(NotFound):
            matches.choose(store, match, stranger, now)
    matches.choose(store, match, cast.cleo, now)
    assert trail(store)[-1] == ("choose", cast.cleo.id, cast.dan.id)


def test_the_providers_yes_begins_it(store, cast, dans, eve, now) -> None:
    match, other = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    assert dans.standing == Standing.NOT_MATCHED
    with pytest.raises(Refused, match="The worker chooses first"):
        matches.accept(store, match, cast.ana, now)
    matches.choose(store, match, cast.dan, now)
    matches.accept(store, match, cast.ana, now)
    assert (match.state, match.starts_on, match.ends_on) == (MatchState.ACTIVE, TODAY, None)
    assert match.provider_yes_at == now
    assert match.agreement is not None
    assert dans.standing != Standing.NOT_MATCHED
    assert other.state == MatchState.LAPSED
    assert told(store, eve) == []
    assert told(store, cast.dan)[-1] == told(store, cast.ana)[-1] == "match_agreed"
    assert matches.accept(store, match, cast.ana, now) is match
    assert [verb for verb, _by, _for in trail(store)] == ["offer", "offer", "choose", "accept"]


def test_it_may_begin_later_but_not_earlier_nor_outside_the_period(store, cast, dans, now) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    for day in (date(2027, 2, 9), date(2028, 1, 1)):
        with pytest.raises(Refused, match=r"Choose a day from 2027-02-10 to 2027-12-31\."):
            matches.accept(store, match, cast.ana, now, day)
    matches.accept(store, match, cast.ana, now, date(2027, 3, 1))
    assert match.starts_on == date(2027, 3, 1)


def _chosen(store, cast, owed: Entitlement, provider: Person, now, *, cover=False) -> Match:
    match = matches.offer(store, owed, provider, now, cast.cleo, cover=cover)
    return matches.choose(store, match, owed.person, now)


def test_nobody_but_the_provider_or_the_hub_says_the_providers_yes(store, cast, dans, now) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    for other in (cast.dan, cast.mere, cast.ben):
        with pytest.raises(NotFound):
            matches.accept(store, match, other, now)
    matches.accept(store, match, cast.cleo, now)
    assert trail(store)[-1] == ("accept", cast.cleo.id, cast.ana.id)


def test_what_changed_meanwhile_is_refused_without_saying_what(store, cast, dans, eve, now) -> None:
    match = _chosen(store, cast, dans, eve, now)
    store.add(cast_job(cast, eve))
    with pytest.raises(Refused, match="That is not open any more"):
        matches.accept(store, match, eve, now)


def test_who_is_not_available_any_more_is_not_asked(store, cast, dans, eve, now) -> None:
    match = matches.offer(store, dans, eve, now, cast.cleo)
    store.add(cast_job(cast, eve))
    with pytest.raises(Refused, match=r"Eve Tan is not available any more\."):
        matches.choose(store, match, cast.dan, now)
    assert match.worker_yes_at is None


def test_a_place_that_is_taken_is_not_given_again(store, cast, dans, eve, now) -> None:
    offering = store.scalars(select(Offering).where(Offering.person_id == eve.id)).one()
    offering.capacity = 2
    first = _chosen(store, cast, dans, eve, now)
    second = _chosen(store, cast, cast.entitlement, eve, now)
    offering.capacity = 1
    matches.accept(store, first, eve, now, date(2027, 6, 1))
    with pytest.raises(Refused, match="You have no place left"):
        matches.accept(store, second, eve, now)
    with pytest.raises(Refused, match="Eve Tan has no place left"):
        matches.accept(store, second, cast.cleo, now)
    assert cast.match.ends_on is None


def test_who_is_full_can_no_longer_be_chosen_by_others(store, cast, dans, eve, now) -> None:
    ana, other = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    first = _chosen(store, cast, cast.entitlement, eve, now)
    matches.accept(store, first, eve, now)
    assert (ana.state, other.state) == (MatchState.OFFERED, MatchState.LAPSED)
    assert told(store, cast.cleo) == []


def test_whose_last_place_another_chose_is_not_asked_for_nor_offered(
    store, cast, dans, eve, now
) -> None:
    second = matches.offer(store, dans, eve, now, cast.cleo)
    first = _chosen(store, cast, cast.entitlement, eve, now)
    with pytest.raises(Refused, match="Eve Tan is not available any more"):
        matches.choose(store, second, cast.dan, now)
    matches.decline(store, second, cast.cleo, now)
    with pytest.raises(Refused, match="All places are taken"):
        matches.offer(store, dans, eve, now, cast.cleo)
    matches.take_back(store, first, cast.ben, now)
    assert matches.offer(store, dans, eve, now, cast.cleo).state == MatchState.OFFERED


def test_who_has_room_left_can_still_be_chosen(store, cast, dans, eve, now) -> None:
    store.scalars(select(Offering).where(Offering.person_id == eve.id)).one().capacity = 2
    first = _chosen(store, cast, cast.entitlement, eve, now)
    other = matches.offer(store, dans, eve, now, cast.cleo)
    matches.accept(store, first, eve, now)
    assert other.state == MatchState.OFFERED


def test_the_hub_looks_further_for_whom_nobody_is_left(store, cast, dans, eve, now) -> None:
    only = matches.offer(store, dans, eve, now, cast.cleo)
    first = _chosen(store, cast, cast.entitlement, eve, now)
    matches.accept(store, first, eve, now)
    assert only.state == MatchState.LAPSED
    assert told(store, cast.cleo) == ["choices_wanted"]


@pytest.mark.parametrize(("hours", "fits"), [(19.9, False), (20, True), (None, True)])
def test_hours_are_counted_over_all_in_minutes(store, cast, dans, now, hours, fits) -> None:
    limit = store.get(Provider, cast.ana.id)
    limit.hours_a_year = hours
    store.flush()
    assert capacity.has_room(store, cast.ana, dans, TODAY) is fits


def test_who_offers_nothing_has_no_room(store, cast, dans) -> None:
    assert not capacity.has_room(store, cast.mere, dans, TODAY)


def test_either_says_no_and_the_other_learns_nothing(store, cast, dans, eve, now) -> None:
    ana, other = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    matches.choose(store, ana, cast.dan, now)
    later = now + timedelta(days=5)
    matches.decline(store, ana, cast.ana, later)
    assert (ana.state, ana.closed_at, ana.closed_by_id) == (
        MatchState.DECLINED, later, cast.ana.id,
    )  # fmt: skip
    assert told(store, cast.dan)[-1] == "match_not_available"
    assert other.lapses_at == later + timedelta(days=14)
    assert told(store, cast.cleo) == []
    assert matches.decline(store, ana, cast.ana, later) is ana
    with pytest.raises(Refused, match="not open any more"):
        matches.accept(store, ana, cast.ana, later)
    matches.choose(store, other, cast.dan, later)
    matches.decline(store, other, cast.dan, later)
    assert told(store, eve) == []
    assert told(store, cast.cleo) == ["choices_wanted"]


def test_the_words_are_the_same_whether_it_was_declined_or_ran_out(store, cast, dans, now) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    matches.decline(store, match, cast.ana, now)
    later = now + timedelta(days=31)
    again = _chosen(store, cast, dans, cast.ana, later)
    matches.lapse(store, later + timedelta(days=15))
    assert again.state == MatchState.LAPSED
    facts = store.scalars(
        select(Message.facts).where(Message.template == "match_not_available")
    ).all()
    assert len(facts) == 2
    assert facts[0] == facts[1]


def test_whom_one_declined_reads_as_not_available_for_a_while(store, cast, dans, eve, now) -> None:
    """As long as a conflict cannot be told from it."""
    match = _chosen(store, cast, dans, cast.ana, now)
    matches.decline(store, match, cast.ana, now)
    assert [one.provider for one in fits.shortlist(store, dans, TODAY)] == [eve]
    why_not = fits.explain(store, dans, cast.ana, TODAY).obstacles
    assert [str(words) for words in why_not] == ["Not available"]
    with pytest.raises(Refused, match="Ana Rewi cannot be offered: Not available"):
        matches.offer(store, dans, cast.ana, now, cast.cleo)
    assert fits.explain(store, dans, cast.ana, TODAY + timedelta(days=31)).fit is not None


def test_what_the_hub_takes_back_itself_is_nobodys_no(store, cast, dans, now) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    matches.decline(store, match, cast.cleo, now)
    assert match.state == MatchState.LAPSED
    assert matches.decline(store, match, cast.cleo, now) is match
    assert matches.offer(store, dans, cast.ana, now, cast.cleo) is not match


def test_a_provider_who_has_read_the_question_is_told_that_it_needs_no_answer(
    store, cast, dans, now
) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    question = store.scalars(select(Message).where(Message.template == "match_asked")).one()
    question.sent_at = now
    matches.decline(store, match, cast.dan, now)
    assert told(store, cast.ana) == ["match_asked", "match_closed"]


def test_nobody_else_may_say_no_for_them(store, cast, dans, now) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    with pytest.raises(NotFound):
        matches.decline(store, match, cast.mere, now)
    matches.decline(store, match, cast.cleo, now)
    assert told(store, cast.dan)[-1] == "match_not_available"
    assert told(store, cast.ana) == []
    assert told(store, cast.cleo) == []


@pytest.mark.parametrize(("side", "hears"), [(Side.WORKER, "ana"), (Side.PROVIDER, "dan")])
def test_the_hub_types_whose_no_it_was_and_the_other_hears(
    store, cast, dans, now, side, hears
) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    store.scalars(select(Message).where(Message.template == "match_asked")).one().sent_at = now
    matches.decline(store, match, cast.cleo, now, side)
    person = cast.dan if side is Side.WORKER else cast.ana
    assert trail(store)[-1] == ("decline", cast.cleo.id, person.id)
    news = {"ana": "match_closed", "dan": "match_not_available"}
    assert told(store, getattr(cast, hears))[-1] == news[hears]
    silent = {"ana": "dan", "dan": "ana"}[hears]
    assert news[silent] not in told(store, getattr(cast, silent))


def test_none_of_these_closes_all_and_carries_a_word_to_the_hub(
    store, cast, dans, eve, now
) -> None:
    ana, _eve = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    matches.choose(store, ana, cast.dan, now)
    matches.none_of_these(store, dans, "Somebody in Oamaru, please", cast.dan, now)
    assert matches.open_offers(store, dans) == []
    assert told(store, cast.ana) == []
    word = store.scalars(select(Message).where(Message.template == "choices_wanted")).one()
    assert word.recipient == cast.cleo
    assert word.facts["word"] == "Somebody in Oamaru, please"
    with pytest.raises(NotFound):
        matches.none_of_these(store, dans, "", cast.ana, now)


def test_offers_lapse_but_wait_while_somebody_is_asked(store, cast, dans, eve, now) -> None:
    ana, other = (matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve))
    matches.choose(store, ana, cast.dan, now + timedelta(days=10))
    matches.lapse(store, now + timedelta(days=20))
    assert (ana.state, other.state) == (MatchState.OFFERED, MatchState.OFFERED)
    matches.lapse(store, now + timedelta(days=24))
    assert (ana.state, other.state) == (MatchState.LAPSED, MatchState.OFFERED)
    assert other.lapses_at == now + timedelta(days=38)
    matches.lapse(store, now + timedelta(days=38))
    assert other.state == MatchState.LAPSED
    assert told(store, cast.cleo) == ["choices_wanted"]


def test_the_worker_process_lapses_offers(store, cast, dans, now) -> None:
    match = matches.offer(store, dans, cast.ana, now, cast.cleo)
    store.commit()
    job = next(job for job in schedule.JOBS if job.name == "lapse offers")
    job.run(store, now + timedelta(days=14))
    assert match.state == MatchState.LAPSED


@pytest.fixture
def booked(store: Store, cast: SimpleNamespace, now) -> Callable[[int], Session]:
    """Ben and Ana, so many days from now; both calendars hold it."""

    def book(days: int) -> Session:
        at = now + timedelta(days=days)
        session = Session(
            entitlement=cast.entitlement, provider=cast.ana, starts_at=at, minutes=60,
            mode=Mode.VIDEO, changed_at=now, booked_at=now, zone="Pacific/Auckland",
            local_start=to_local(at, "Pacific/Auckland"),
        )  # fmt: skip
        store.add(session)
        store.flush()
        for person in (cast.ben, cast.ana):
            store.add(
                Commitment(
                    person_id=person.id,
                    session_id=session.id,
                    starts_at=at,
                    ends_at=at + timedelta(hours=1),
                )
            )
        store.flush()
        return session

    return book


def test_a_match_ends_without_fault_and_its_later_sessions_are_called_off(
    store, cast, booked, now
) -> None:
    kept, gone = booked(7), booked(28)
    store.add(
        Proposal(
            entitlement=cast.entitlement,
            provider=cast.ana,
            starts_at=now + timedelta(days=60),
            minutes=60,
            mode=Mode.VIDEO,
            proposed_at=now,
        )
    )
    matches.end(store, cast.match, date(2027, 2, 28), cast.ben, now)
    assert (cast.match.state, cast.match.ends_on) == (MatchState.ACTIVE, date(2027, 2, 28))
    assert (kept.outcome, kept.cancelled_at) == (None, None)
    assert (gone.outcome, gone.cancelled_at) == (Outcome.DID_NOT_HAPPEN, now)
    assert gone.sequence == 1
    assert store.scalars(select(Commitment.session_id)).all() == [kept.id, kept.id]
    assert store.scalars(select(Proposal)).all() == []
    assert told(store, cast.ana) == ["match_ended"]
    assert told(store, cast.ben) == []
    assert told(store, cast.cleo) == ["match_ended_hub"]
    word = store.scalars(select(Message).where(Message.recipient == cast.ana)).one()
    assert word.facts["gone"] == [gone.local_start.isoformat()]
    assert trail(store) == [("end", cast.ben.id, None)]


def test_what_was_called_off_is_still_owed_and_counts_for_nobody(store, cast, booked, now) -> None:
    booked(28)
    matches.end(store, cast.match, date(2027, 2, 28), cast.ana, now)
    position = entitlements.position(store, cast.entitlement, now)
    assert (position.contracted, position.held, position.booked) == (10, 0, 0)
    assert told(store, cast.ben) == ["match_ended"]


def test_the_hub_may_end_it_and_tells_both(store, cast, now) -> None:
    matches.end(store, cast.match, TODAY, cast.cleo, now)
    assert told(store, cast.ana) == told(store, cast.ben) == ["match_ended"]
    assert told(store, cast.cleo) == []
    assert trail(store) == [("end", cast.cleo.id, cast.ben.id)]


def test_an_end_is_today_or_later_and_never_later_than_it_was(store, cast, now) -> None:
    with pytest.raises(Refused, match="Choose a day from today to"):
        matches.end(store, cast.match, date(2027, 2, 9), cast.ben, now)
    for _twice in range(2):
        matches.end(store, cast.match, date(2027, 3, 31), cast.ben, now)
    assert told(store, cast.ana) == ["match_ended"]
    with pytest.raises(Refused, match="ended already"):
        matches.end(store, cast.match, date(2027, 4, 30), cast.ana, now)
    matches.end(store, cast.match, date(2027, 3, 1), cast.ana, now)
    assert cast.match.ends_on == date(2027, 3, 1)
    with pytest.raises(NotFound):
        matches.end(store, cast.match, date(2027, 2, 28), cast.mere, now)


def test_a_match_whose_last_day_is_over_is_ended(store, cast, now) -> None:
    matches.end(store, cast.match, TODAY, cast.ben, now)
    matches.lapse(store, now)
    store.refresh(cast.match)
    assert cast.match.state == MatchState.ACTIVE
    matches.lapse(store, now + timedelta(days=1))
    store.refresh(cast.match)
    assert cast.match.state == MatchState.ENDED


def test_a_change_of_provider_never_resets_the_entitlement(store, cast, eve, booked, now) -> None:
    gone = booked(21)
    done = booked(-7)
    done.outcome = Outcome.HELD
    match = _chosen(store, cast, cast.entitlement, eve, now)
    matches.accept(store, match, eve, now, date(2027, 2, 15))
    assert cast.match.ends_on == date(2027, 2, 14)
    assert gone.cancelled_at == now
    position = entitlements.position(store, cast.entitlement, now)
    assert (position.contracted, position.held) == (10, 1)
    assert told(store, cast.ana) == ["match_ended"]
    assert told(store, cast.ben)[-1] == "match_agreed"
    word = store.scalars(select(Message).where(Message.template == "match_agreed")).all()
    assert {m.recipient.ref: m.facts["gone"] for m in word} == {
        "ben": [gone.local_start.isoformat()],
        "eve": [],
    }
    assert entitlements.running_match(store, cast.entitlement, date(2027, 2, 14)) == cast.match
    assert entitlements.running_match(store, cast.entitlement, date(2027, 2, 15)) == match


def test_one_that_would_end_before_it_began_never_ran(store, cast, eve, now) -> None:
    cast.match.starts_on = TODAY
    match = _chosen(store, cast, cast.entitlement, eve, now)
    matches.accept(store, match, eve, now)
    assert cast.match.state == MatchState.LAPSED
    assert entitlements.running_match(store, cast.entitlement, TODAY) == match


def test_cover_runs_beside_the_match_until_whom_it_covers_is_back(
    store, cast, eve, booked, now
) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 8)))
    later = booked(40)
    cover = _chosen(store, cast, cast.entitlement, eve, now, cover=True)
    matches.accept(store, cover, eve, now)
    assert (cover.starts_on, cover.ends_on) == (TODAY, date(2027, 3, 7))
    assert (cast.match.state, cast.match.ends_on) == (MatchState.ACTIVE, None)
    assert later.cancelled_at is None
    assert entitlements.running_match(store, cast.entitlement, TODAY, cover=True) == cover
    assert capacity.loads(store, TODAY, [eve.id])[0].people == 0


def test_cover_without_a_known_return_is_open(store, cast, eve, now) -> None:
    cover = _chosen(store, cast, cast.entitlement, eve, now, cover=True)
    matches.accept(store, cover, eve, now)
    assert cover.ends_on is None


def test_who_covers_may_become_the_match_and_keeps_what_is_booked(store, cast, eve, now) -> None:
    cover = _chosen(store, cast, cast.entitlement, eve, now, cover=True)
    matches.accept(store, cover, eve, now)
    at = now + timedelta(days=30)
    session = Session(
        entitlement=cast.entitlement, provider=eve, starts_at=at, minutes=60, mode=Mode.VIDEO,
        changed_at=now, zone="Pacific/Auckland", local_start=to_local(at, "Pacific/Auckland"),
    )  # fmt: skip
    store.add(session)
    match = _chosen(store, cast, cast.entitlement, eve, now)
    matches.accept(store, match, eve, now, date(2027, 2, 20))
    assert (cover.ends_on, cast.match.ends_on) == (date(2027, 2, 19), date(2027, 2, 19))
    assert session.cancelled_at is None


def test_cover_for_an_unmatched_entitlement_has_no_known_end(store, cast, dans, now) -> None:
    cover = _chosen(store, cast, dans, cast.ana, now, cover=True)
    matches.accept(store, cover, cast.ana, now)
    assert cover.ends_on is None


@pytest.fixture
def rows(cast, dans, eve) -> list[matches.Row]:
    """An answer of the solver: Ben stays with Ana, and Dan is matched with Eve."""
    kind = Kind.PEER_SUPERVISION
    return [
        matches.Row("ben-2027", "ben", kind, "ana", 500, kept=True),
        matches.Row("dan-2027", "dan", kind, "eve", 270),
    ]


def test_the_solvers_choice_is_offered_with_others_who_have_room(
    store, cast, dans, rows, now
) -> None:
    made = matches.propose(store, rows, now)
    assert [(m.provider.ref, m.state) for m in made] == [
        ("eve", MatchState.OFFERED),
        ("ana", MatchState.OFFERED),
    ]
    assert made[0].fit == 270
    assert told(store, cast.dan) == ["match_offered"]
    assert told(store, cast.ben) == []
    assert trail(store) == [("offer", None, cast.dan.id)] * 2
    assert matches.propose(store, rows, now) == []


def test_nobody_is_offered_whose_last_place_another_was_given(store, cast, dans, rows, now) -> None:
    offering = store.scalars(select(Offering).where(Offering.person_id == cast.ana.id)).one()
    offering.capacity = 1
    made = matches.propose(store, rows, now, by=cast.cleo)
    assert [m.provider.ref for m in made] == ["eve"]
    assert trail(store) == [("offer", cast.cleo.id, cast.dan.id)]


def test_what_runs_already_or_is_not_here_today_is_not_offered(store, cast, rows, now) -> None:
    """As when all is opened anew, or solved for another day."""
    kind = Kind.PEER_SUPERVISION
    others = [
        matches.Row("ben-2027", "ben", kind, "ana", 500),
        matches.Row("ben-2026", "ben", kind, "eve", 270),
        matches.Row("dan-2027", "dan", kind, "gone", 270),
    ]
    assert matches.propose(store, others, now) == []


def test_the_solver_itself_is_heard(store, cast, dans, eve, now) -> None:
    made = matches.propose(store, matching.solve(store, TODAY).rows, now)
    assert {m.entitlement.ref for m in made} == {"dan-2027"}
    assert {m.provider.ref for m in made} == {"ana", "eve"}


def test_whom_one_of_the_two_declined_is_not_proposed_again(store, cast, dans, rows, now) -> None:
    eves, anas = matches.propose(store, rows, now)
    matches.choose(store, eves, cast.dan, now)
    matches.decline(store, eves, eves.provider, now)
    matches.decline(store, anas, cast.dan, now)
    store.query(Message).filter_by(template="match_offered").delete()
    assert matches.propose(store, rows, now) == []
    assert told(store, cast.dan) == ["match_not_available"]


def test_a_provider_is_found_by_their_id(store, cast) -> None:
    assert matches.provider(store, "ana") == cast.ana
    with pytest.raises(NotFound):
        matches.provider(store, "ben")


@pytest.mark.parametrize("limit", ["places", "hours"])
def test_the_last_place_goes_once(store, cast, database, now, limit) -> None:
    """Eight people chose the same supervisor, who has room for one; she says yes to all at once."""
    eve = _supervisor(store, cast, "eve", "Eve Tan")
    offering = store.scalars(select(Offering).where(Offering.person_id == eve.id)).one()
    offering.capacity = 20
    refs = []
    for number in range(8):
        worker = _supervisor(store, cast, f"w{number}", f"Worker {number}")
        owed = Entitlement(
            ref=f"e{number}", person=worker, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
            starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )  # fmt: skip
        store.add(owed)
        refs.append(_chosen(store, cast, owed, eve, now).ref)
    offering.capacity = 1 if limit == "places" else 20
    store.get(Provider, eve.id).hours_a_year = 10 if limit == "hours" else None
    store.commit()
    answers = _all_at_once(database, [partial(_accepted, ref, now) for ref in refs])
    assert sorted(answers) == ["full"] * 7 + ["yes"]
    store.expire_all()
    taken = store.scalars(
        select(Match).where(Match.provider_id == eve.id, Match.state == MatchState.ACTIVE)
    ).all()
    assert len(taken) == 1


def _accepted(ref: str, now: datetime, store: Store) -> str:
    match = store.scalars(select(Match).where(Match.ref == ref)).one()
    try:
        matches.accept(store, match, match.provider, now)
    except Refused as refusal:
        return "full" if "no place left" in str(refusal) else str(refusal)
    return "yes"


def test_the_last_place_is_asked_for_once(store, cast, database, now) -> None:
    """Six people who can all choose Eve press at the same moment."""
    eve = _supervisor(store, cast, "eve", "Eve Tan")
    refs = []
    for number in range(6):
        worker = _supervisor(store, cast, f"w{number}", f"Worker {number}")
        owed = Entitlement(
            ref=f"e{number}", person=worker, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
            starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )  # fmt: skip
        store.add(owed)
        refs.append(matches.offer(store, owed, eve, now, cast.cleo).ref)
    store.commit()
    answers = _all_at_once(database, [partial(_pressed, ref, now) for ref in refs])
    assert sorted(answers) == ["asked"] + ["not available"] * 5


def _pressed(ref: str, now: datetime, store: Store) -> str:
    match = store.scalars(select(Match).where(Match.ref == ref)).one()
    try:
        matches.choose(store, match, match.entitlement.person, now)
    except Refused as refusal:
        return "not available" if "not available any more" in str(refusal) else str(refusal)
    return "asked"


def test_the_same_offer_made_by_several_at_once_is_one(store, cast, dans, database, now) -> None:
    made = _all_at_once(database, [partial(_offered, now)] * 6)
    (ref,) = store.scalars(select(Match.ref).where(Match.entitlement_id == dans.id))
    assert made == [ref] * 6


def _offered(now: datetime, store: Store) -> str:
    owed = store.scalars(select(Entitlement).where(Entitlement.ref == "dan-2027")).one()
    people = {p.ref: p for p in store.scalars(select(Person))}
    return matches.offer(store, owed, people["ana"], now, people["cleo"]).ref


def _all_at_once(database: str, acts: list[Callable[[Store], str]]) -> list[str]:
    """Each on a thread and a connection of its own, committed; what they answer."""
    engine = create_engine(database, pool_size=len(acts))
    prepare(engine)
    opened, answers, gate = sessionmaker(engine), [], Barrier(len(acts))

    def run(act: Callable[[Store], str]) -> None:
        with opened() as store, writing():
            gate.wait()
            answers.append(act(store))
            store.commit()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    return answers
