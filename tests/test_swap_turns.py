"""The swap itself, looked at first and then done: all of it at once, or none of it."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from supervisor import access, amendments, broken, entitlements, vetting
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.matches import agreements, matches
from supervisor.models import (
    Agreement,
    Commitment,
    Conflict,
    Entitlement,
    Job,
    Match,
    Message,
    Offering,
    Person,
    PersonHat,
    Proposal,
    Session,
    Store,
    Swap,
    Trait,
    Window,
    Word,
)
from supervisor.rules.kinds import (
    Hat,
    Kind,
    MatchState,
    Mode,
    Outcome,
    Role,
    Stance,
    Standing,
    Vocabulary,
)
from supervisor.sessions import first_meetings
from supervisor.swaps import swap_turns, swaps
from supervisor.vetting import Vetted
from tests.supervisors import provider
from tests.swapping import TODAY, TOMORROW, pair, session
from tests.test_matches import _all_at_once, told, trail

DAY = timedelta(days=1)
UNTIL = date(2028, 12, 31)


@pytest.fixture
def two(store: Store, cast, now):
    return pair(store, cast, now)


@pytest.fixture
def agreed(store: Store, two, now) -> Swap:
    """Both said yes, and the hub has vetted Dan."""
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    swaps.agree(store, swap, two.xan, now)
    vetting.vet(store, two.dan, Vetted(Kind.MENTORING, 1, UNTIL), two.cleo, now)
    store.commit()
    return swap


def turned(store: Store, two, swap: Swap, now, *, settle: bool = True) -> Match:
    match = swap_turns.turn(store, swap, two.cleo, now, settle=settle)
    store.commit()
    return match


def refused(store: Store, two, swap: Swap, now, words: str) -> None:
    """It is refused, and nothing of it is kept."""
    with pytest.raises(Refused, match=words):
        swap_turns.turn(store, swap, two.cleo, now, settle=True)
    store.rollback()
    assert (two.pair.state, two.pair.ends_on) == (MatchState.ACTIVE, None)
    assert swap.done_at is None
    assert len(store.scalars(select(Match).where(Match.provider_id == two.dan.id)).all()) == 0


def xans(store: Store, **changes: object) -> Entitlement:
    """Mentoring that Xan has already."""
    xan = store.scalars(select(Person).where(Person.ref == "xan")).one()
    facts = {
        "sessions": 4, "minutes": 45, "starts_on": date(2027, 2, 1), "ends_on": date(2027, 8, 31),
    }  # fmt: skip
    owed = Entitlement(**{"ref": "xan-own", "person": xan, "kind": Kind.MENTORING, **facts,
                          **changes})  # fmt: skip
    store.add(owed)
    store.commit()
    return owed


def test_the_old_match_ends_today_and_the_other_way_round_begins_tomorrow(
    store, two, agreed, now
) -> None:
    new = turned(store, two, agreed, now)
    assert (two.pair.ends_on, two.pair.state) == (TODAY, MatchState.ACTIVE)
    assert (new.state, new.starts_on, new.ends_on, new.cover) == ("active", TOMORROW, None, False)
    assert (new.entitlement.person, new.provider) == (two.xan, two.dan)
    assert (agreed.became, agreed.done_by_id) == (new, two.cleo.id)


def test_what_is_left_is_passed_on_with_minutes_payer_and_end(store, two, agreed, now) -> None:
    owed = turned(store, two, agreed, now).entitlement
    assert (owed.person, owed.kind, owed.sessions, owed.minutes) == (two.xan, "mentoring", 8, 60)
    assert (owed.starts_on, owed.ends_on, owed.payer) == (TOMORROW, date(2027, 12, 31), "hub")
    assert not owed.mandatory
    assert trail(store, "entitlement")[0][0] == "grant"


def test_the_old_number_becomes_what_is_done_and_what_was_expected_before_stays(
    store, two, agreed, now
) -> None:
    before = entitlements.position(store, two.owed, now).expected
    turned(store, two, agreed, now)
    position = entitlements.position(store, two.owed, now)
    assert (position.contracted, position.expected) == (10, before)
    after = entitlements.position(store, two.owed, now + DAY)
    assert (after.contracted, after.held, after.standing) == (2, 2, Standing.MET)


def test_the_hub_may_leave_the_old_number_and_looks_for_somebody_else(
    store, two, agreed, now
) -> None:
    turned(store, two, agreed, now, settle=False)
    after = entitlements.position(store, two.owed, now + DAY)
    assert (after.contracted, after.standing) == (10, Standing.NOT_MATCHED)


def test_booked_times_stay_and_belong_to_the_new_entitlement(store, two, agreed, now) -> None:
    taken = {(c.person_id, c.starts_at, c.session_id) for c in store.scalars(select(Commitment))}
    before = [(s.uid, s.sequence, s.starts_at) for s in two.booked]
    new = turned(store, two, agreed, now)
    for session_, (uid, sequence, starts_at) in zip(two.booked, before, strict=True):
        assert (session_.entitlement, session_.provider) == (new.entitlement, two.dan)
        assert (session_.uid, session_.sequence) == (uid, sequence)
        assert (session_.starts_at, session_.cancelled_at) == (starts_at, None)
    assert {
        (c.person_id, c.starts_at, c.session_id) for c in store.scalars(select(Commitment))
    } == (taken)
    position = entitlements.position(store, new.entitlement, now + DAY)
    assert (position.booked, position.unbooked) == (2, 6)
    assert entitlements.position(store, two.owed, now + DAY).booked == 0


def test_what_is_done_stays_where_it_was(store, two, agreed, now) -> None:
    turned(store, two, agreed, now)
    held = store.scalars(select(Session).where(Session.outcome == Outcome.HELD)).all()
    assert {(one.entitlement, one.provider) for one in held} == {(two.owed, two.xan)}


def test_one_later_today_belongs_to_today(store, two, agreed, now) -> None:
    late = session(store, two, now + timedelta(hours=3))
    store.commit()
    new = turned(store, two, agreed, now)
    assert late.entitlement is two.owed
    assert new.entitlement.sessions == 7
    assert entitlements.position(store, two.owed, now + DAY).contracted == 3


def test_one_of_which_nobody_has_said_a_word_counts_as_done(store, two, agreed, now) -> None:
    past = session(store, two, now - 3 * DAY, outcome="held")
    past.outcome = None
    store.commit()
    seen = swap_turns.plan(store, agreed, now)
    assert (seen.done, seen.left) == (3, 7)


def test_a_later_number_gives_way(store, two, agreed, now) -> None:
    amendments.amend(store, two.owed, 12, date(2027, 6, 1), two.cleo, now)
    turned(store, two, agreed, now)
    later = now + timedelta(days=200)
    assert entitlements.position(store, two.owed, later).contracted == 2


def test_with_nothing_done_the_whole_number_is_passed_on(store, two, agreed, now) -> None:
    for one in store.scalars(select(Session).where(Session.outcome == Outcome.HELD)):
        one.outcome, one.cancelled_at = Outcome.DID_NOT_HAPPEN, now
    store.commit()
    assert turned(store, two, agreed, now).entitlement.sessions == 10
    after = entitlements.position(store, two.owed, now + DAY)
    assert (after.contracted, after.standing) == (0, Standing.MET)


def test_their_own_entitlement_is_used_where_one_runs(store, two, agreed, now) -> None:
    own = xans(store)
    new = turned(store, two, agreed, now)
    assert new.entitlement is own
    assert (own.sessions, own.minutes) == (4, 45)
    assert {s.entitlement for s in two.booked} == {own}


def test_what_has_no_room_in_their_own_is_called_off_with_the_next_times(
    store, two, agreed, now
) -> None:
    own = xans(store, sessions=1)
    far = session(store, two, now + timedelta(weeks=35))
    store.commit()
    turned(store, two, agreed, now)
    assert two.booked[0].entitlement is own
    for gone in (two.booked[1], far):
        assert (gone.entitlement, gone.outcome) == (two.owed, Outcome.DID_NOT_HAPPEN)
    (letter,) = (m for m in _letters(store) if m.recipient is two.xan)
    assert (len(letter.facts["kept"]), len(letter.facts["gone"])) == (1, 2)
    assert len(letter.facts["times"]) == 3
    assert len(store.scalars(select(Commitment)).all()) == 2


def _letters(store: Store) -> list[Message]:
    return list(store.scalars(select(Message).where(Message.template == "swap_done")))


def test_one_of_their_own_that_begins_later_is_not_touched(store, two, agreed, now) -> None:
    xans(store, starts_on=date(2027, 7, 1), ends_on=date(2028, 6, 30))
    assert turned(store, two, agreed, now).entitlement.ends_on == date(2027, 6, 30)


def test_their_own_of_which_all_is_done_goes_on_with_what_is_left(store, two, agreed, now) -> None:
    """As when two swap back: nobody has two of one kind."""
    new = turned(store, two, agreed, now)
    later = now + DAY
    back = swaps.ask(store, new, two.xan, later, two.xan)
    swaps.agree(store, back, two.dan, later)
    seen = swap_turns.plan(store, back, later)
    assert (seen.obstacles, seen.raised, seen.left) == ([], 10, 8)
    again = turned(store, two, back, later)
    assert (again.entitlement, again.provider) == (two.owed, two.xan)
    after = entitlements.position(store, two.owed, later + DAY)
    assert (after.contracted, after.held, after.booked) == (10, 2, 2)


def test_an_employer_goes_on_paying_under_its_own_name(store, two, agreed, now) -> None:
    two.owed.payer = "employer"
    store.commit()
    assert turned(store, two, agreed, now).entitlement.payer == "harbour"


def test_years_do_not_count_between_the_two_then_or_later(store, two, agreed, now) -> None:
    """Roles may reverse: it stands as lawful for the solver, on Today and in a new year."""
    assert two.xan.years_experience > two.dan.years_experience
    assert swap_turns.plan(store, agreed, now).obstacles == []
    new = turned(store, two, agreed, now)
    assert broken.broken(store, TOMORROW) == []
    _room(store, two, 2)
    kept = fits.loaded(store, TOMORROW).kept
    assert len(kept) == 2
    next_year = xans(store, ref="next", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31))
    assert fits.explain(store, next_year, new.provider, TOMORROW).obstacles == []


def test_before_both_agreed_and_after_a_no_years_count(store, two, now) -> None:
    vetting.vet(store, two.dan, Vetted(Kind.MENTORING, 1, UNTIL), two.cleo, now)
    own = xans(store)
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    assert fits.loaded(store, TODAY).table.waived == {}
    swaps.agree(store, swap, two.xan, now)
    assert "years" in fits.loaded(store, TODAY).table.waived
    swaps.close(store, swap, two.xan, now)
    assert fits.loaded(store, TODAY).table.waived == {}
    assert own.sessions == 4


def test_who_is_not_vetted_is_vetted_first(store, two, now) -> None:
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    swaps.agree(store, swap, two.xan, now)
    store.commit()
    assert swap_turns.plan(store, swap, now).to_vet
    refused(store, two, swap, now, "Dan Foley is not vetted as tuakana yet")


def test_who_is_vetted_until_today_only_is_vetted_again(store, two, agreed, now) -> None:
    store.scalars(
        select(Offering).where(Offering.person_id == two.dan.id)
    ).one().vetted_until = TODAY
    store.commit()
    refused(store, two, agreed, now, "not vetted as tuakana yet")


def test_a_conflict_stands_in_the_way_and_gives_nothing_away(store, two, agreed, now) -> None:
    store.add(Conflict(person_id=two.xan.id, other_person_id=two.dan.id, declared_at=now))
    store.commit()
    refused(store, two, agreed, now, "cannot be swapped: Not available")


def test_the_chain_stands_in_the_way(store, two, agreed, now) -> None:
    job = Job(person=two.xan, organisation=two.lakes, role=Role.EDUCATOR, manager=two.dan)
    store.add(job)
    store.commit()
    refused(store, two, agreed, now, "cannot be swapped: Not available")


def test_a_language_that_is_needed_stands_in_the_way(store, two, agreed, now) -> None:
    nzsl = Word(vocabulary=Vocabulary.LANGUAGE, name="NZSL")
    two.xan.traits.append(Trait(word=nzsl, stance=Stance.NEEDED))
    store.commit()
    refused(store, two, agreed, now, "cannot be swapped")


def test_hours_and_ways_stand_in_the_way(store, two, agreed, now) -> None:
    two.dan.modes, two.xan.modes = [Mode.PHONE], [Mode.VIDEO]
    store.execute(update(Window).where(Window.person_id == two.dan.id).values(weekday=6))
    store.commit()
    why = [str(words) for words in swap_turns.plan(store, agreed, now).obstacles]
    assert len(why) == 2
    refused(store, two, agreed, now, "cannot be swapped")


@pytest.mark.parametrize(("years", "words"), [(0, "All places are taken"), (None, "no place left")])
def test_the_last_place_goes_once(store, two, agreed, now, years, words: str) -> None:
    """Dan has room for one, and Eve took it meanwhile, lawfully or not."""
    own = _eves(store, two, years)
    store.add(Match(entitlement=own, provider=two.dan, state="active", starts_on=TODAY))
    store.commit()
    with pytest.raises(Refused, match=words):
        swap_turns.turn(store, agreed, two.cleo, now, settle=True)


def _eves(store: Store, two, years: int | None) -> Entitlement:
    """Mentoring that Eve has."""
    eve = provider(store, two, "eve", "Eve Tan", Kind.COACHING)
    eve.years_experience = years
    own = Entitlement(
        ref="eve-own", person=eve, kind=Kind.MENTORING, sessions=4, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=UNTIL,
    )  # fmt: skip
    store.add(own)
    store.flush()
    return own


def _room(store: Store, two, capacity: int) -> None:
    offering = store.scalars(select(Offering).where(Offering.person_id == two.dan.id)).one()
    offering.capacity = capacity
    store.flush()


def test_who_waits_for_a_place_that_is_gone_now_looks_further(store, two, agreed, now) -> None:
    offer = matches.offer(store, _eves(store, two, 0), two.dan, now, two.cleo)
    turned(store, two, agreed, now)
    assert offer.state == MatchState.LAPSED


@pytest.mark.parametrize("starts_on", [date(2027, 2, 1), date(2027, 3, 1)])
def test_somebody_else_in_mentoring_stands_in_the_way(store, two, agreed, now, starts_on) -> None:
    """Also where they are only agreed to."""
    own, eve = xans(store), provider(store, two, "eve", "Eve Tan", Kind.MENTORING)
    match = Match(entitlement=own, provider=eve, state="active", starts_on=starts_on)
    store.add(match)
    store.commit()
    refused(store, two, agreed, now, "Xan Po has Eve Tan as tuakana already")


def test_nothing_left_stands_in_the_way(store, two, agreed, now) -> None:
    two.owed.sessions = 2
    store.commit()
    refused(store, two, agreed, now, "Nothing is left")


def test_who_has_left_stands_in_the_way(store, two, agreed, now) -> None:
    two.xan.left_on = TODAY
    store.commit()
    refused(store, two, agreed, now, "Xan Po is not here any more")


def test_without_the_others_yes_it_is_not_done(store, two, now) -> None:
    swap = swaps.ask(store, two.pair, two.dan, now, two.dan)
    vetting.vet(store, two.dan, Vetted(Kind.MENTORING, 1, UNTIL), two.cleo, now)
    store.commit()
    refused(store, two, swap, now, "not open any more")


def test_what_was_taken_back_is_not_done(store, two, agreed, now) -> None:
    swaps.close(store, agreed, two.dan, now)
    store.commit()
    refused(store, two, agreed, now, "not open any more")


def test_only_the_hub_does_it_and_nobody_for_themselves(store, two, agreed, now) -> None:
    with pytest.raises(NotFound):
        swap_turns.turn(store, agreed, two.xan, now, settle=True)
    two.xan.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.flush()
    with pytest.raises(Refused, match="Another coordinator does this"):
        swap_turns.turn(store, agreed, two.xan, now, settle=True)


def test_done_twice_is_once(store, two, agreed, now) -> None:
    first = turned(store, two, agreed, now)
    assert turned(store, two, agreed, now + DAY) is first
    assert len(_letters(store)) == 2
    with pytest.raises(Refused, match="done already"):
        swaps.close(store, agreed, two.dan, now)


def test_two_press_at_once_and_it_is_done_once(store, two, agreed, database, now) -> None:
    ref = _let_go(store, agreed)
    refs = _all_at_once(database, [partial(_press, ref, now)] * 2)
    assert len(set(refs)) == 1
    store.expire_all()
    made = store.scalars(select(Entitlement).where(Entitlement.person_id == two.xan.id)).all()
    assert len(made) == 1
    assert len(store.scalars(select(Match).where(Match.provider_id == two.dan.id)).all()) == 1


def _let_go(store: Store, swap: Swap) -> str:
    """Its id, with nothing held of the database."""
    ref = swap.ref
    store.commit()
    return ref


def _press(ref: str, now, store: Store) -> str:
    swap = store.scalars(select(Swap).where(Swap.ref == ref)).one()
    cleo = store.scalars(select(Person).where(Person.ref == "cleo")).one()
    return swap_turns.turn(store, swap, cleo, now, settle=True).ref


def test_taken_back_and_done_at_once_is_one_of_the_two(store, two, agreed, database, now) -> None:
    ref = _let_go(store, agreed)
    said = _all_at_once(database, [partial(_try_press, ref, now), partial(_try_close, ref, now)])
    store.expire_all()
    done, closed = agreed.done_at is not None, agreed.closed_at is not None
    assert done != closed
    assert sorted(said) in (["done", "too late"], ["closed", "too late"])


def _try_press(ref: str, now, store: Store) -> str:
    try:
        _press(ref, now, store)
    except Refused:
        store.rollback()
        return "too late"
    return "done"


def _try_close(ref: str, now, store: Store) -> str:
    swap = store.scalars(select(Swap).where(Swap.ref == ref)).one()
    try:
        swaps.close(store, swap, swap.asked_by, now)
    except Refused:
        store.rollback()
        return "too late"
    return "closed"


def test_both_sign_anew_and_how_they_meet_is_as_it_was(store, two, agreed, now) -> None:
    two.pair.agreement = Agreement(
        mode=Mode.VIDEO, cancellation_hours=48, tikanga="Karakia", manager_sees_kind=True,
        worker_signed_at=now, provider_signed_at=now, agreed_on=TODAY,
    )  # fmt: skip
    store.commit()
    terms = turned(store, two, agreed, now).agreement
    assert terms is not None
    assert (terms.mode, terms.cancellation_hours, terms.tikanga) == (Mode.VIDEO, 48, None)
    assert (terms.agreed_on, terms.manager_sees_kind) == (None, False)
    for person in (two.dan, two.xan):
        viewer = access.viewer_of(store, person, TODAY)
        assert terms.match in agreements.to_sign(store, viewer)


def test_two_who_know_each_other_have_no_first_meeting(store, two, agreed, now) -> None:
    new = turned(store, two, agreed, now)
    for one in two.booked:
        one.cancelled_at = now
    store.flush()
    assert new.provider_yes_at is not None
    assert not first_meetings.due(store, new)


def test_plans_and_offers_of_both_go(store, two, agreed, now) -> None:
    own = xans(store)
    eve = provider(store, two, "eve", "Eve Tan", Kind.MENTORING)
    eve.years_experience = 9
    store.add(
        Proposal(entitlement=two.owed, provider=two.xan, starts_at=now + 90 * DAY, minutes=60,
                 mode=Mode.VIDEO, proposed_at=now)
    )  # fmt: skip
    asked = matches.offer(store, own, eve, now, two.cleo)
    matches.choose(store, asked, two.xan, now)
    other = matches.offer(store, two.owed, eve, now, two.cleo)
    turned(store, two, agreed, now)
    assert (asked.state, other.state) == (MatchState.LAPSED, MatchState.LAPSED)
    assert told(store, eve) == []
    assert store.scalars(select(Proposal)).all() == []


def test_nobody_covers_what_is_settled(store, two, agreed, now) -> None:
    eve = provider(store, two, "eve", "Eve Tan", Kind.MENTORING)
    cover = Match(entitlement=two.owed, provider=eve, state="active", starts_on=TODAY, cover=True)
    store.add(cover)
    store.commit()
    turned(store, two, agreed, now)
    assert cover.ends_on == TODAY
    assert told(store, eve) == ["match_ended"]


def test_both_read_it_once_and_nobody_else(store, two, agreed, now) -> None:
    store.query(Message).delete()
    turned(store, two, agreed, now)
    assert sorted((m.recipient.ref, m.template) for m in store.scalars(select(Message))) == [
        ("dan", "swap_done"), ("xan", "swap_done"),
    ]  # fmt: skip
    for message in _letters(store):
        assert len(message.facts["kept"]) == 2
        assert (message.facts["gone"], message.facts["times"]) == ([], [])


def test_every_step_is_in_the_trail(store, two, agreed, now) -> None:
    turned(store, two, agreed, now)
    cleo = two.cleo.id
    assert ("swap", cleo, None) in trail(store, "swap")
    assert [verb for verb, _by, _for in trail(store)] == ["end", "begin"]
    assert trail(store, "session") == [("bring_along", cleo, None)] * 2
    assert [verb for verb, _by, _for in trail(store, "entitlement")] == ["grant", "amend"]


def test_looking_keeps_nothing(store, two, agreed, now) -> None:
    swap_turns.plan(store, agreed, now)
    assert not store.new
    assert not store.dirty
    assert len(store.scalars(select(Entitlement)).all()) == 2
