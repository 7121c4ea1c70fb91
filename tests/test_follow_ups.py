"""Whenever somebody chooses or says no, the rest is solved again, and what can be chosen is kept
true."""

from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from supervisor import searching
from supervisor.errors import Refused
from supervisor.fits import standing_offers
from supervisor.matches import follow_ups, match_refresh, match_searches, matches
from supervisor.models import (
    Audit,
    Conflict,
    Entitlement,
    Match,
    MatchSearch,
    Message,
    Offering,
    Person,
    Store,
)
from supervisor.models.engine import prepare, writing
from supervisor.rules.kinds import Kind, MatchState
from tests.supervisors import free_on_weekdays, provider, year_of


@pytest.fixture
def hub(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Dan and Gus have nobody. Ana has room for nobody else, Eve and Ida for one each."""
    cast.offering.capacity = 1
    cast.eve, cast.ida = (provider(store, cast, r, capacity=n) for r, n in (("eve", 2), ("ida", 1)))
    cast.gus = free_on_weekdays(cast, "gus", "Gus Tan")
    cast.dans, cast.guss = year_of(store, cast.dan), year_of(store, cast.gus)
    store.commit()
    return cast


def listed(store: Store, cast, owed: Entitlement, *refs: str, now: datetime) -> list[Match]:
    """Offered as the solver does: the first is its own choice."""
    kind = Kind.PEER_SUPERVISION
    row = matches.Row(owed.ref, owed.person.ref, kind, refs[0], 900)
    made = matches.propose(store, [row], now, cast.cleo)
    for match in made:
        if match.provider.ref not in refs:
            match.state = MatchState.LAPSED
    store.commit()
    return [next(m for m in made if m.provider.ref == ref) for ref in refs]


def followed(store: Store, now: datetime) -> None:
    """The worker process has looked."""
    store.commit()
    while searching.for_matches(now):
        pass
    store.expire_all()


def names(store: Store, owed: Entitlement) -> list[str]:
    """Whom a list holds, in its order."""
    query = select(Match).filter_by(entitlement_id=owed.id, state=MatchState.OFFERED)
    return [m.provider.ref for m in store.scalars(query.order_by(Match.suggested, Match.id))]


def told(store: Store, person: Person) -> list[str]:
    query = select(Message.template).where(
        Message.recipient_id == person.id, Message.dropped_at.is_(None)
    )
    return list(store.scalars(query.order_by(Message.id)))


def searches(store: Store) -> list[MatchSearch]:
    return list(store.scalars(select(MatchSearch).filter_by(follows=True).order_by(MatchSearch.id)))


def capacity_of(store: Store, person: Person, capacity: int) -> None:
    store.scalars(select(Offering).filter_by(person_id=person.id)).one().capacity = capacity
    store.commit()


@pytest.mark.parametrize(
    "act",
    [
        lambda s, c, m, now: matches.choose(s, m, c.dan, now),
        lambda s, c, m, now: matches.decline(s, m, c.dan, now),
        lambda s, c, _m, now: matches.none_of_these(s, c.dans, "", c.dan, now),
        lambda s, c, m, now: matches.close_between(s, m, c.dan, c.dan, now),
        lambda s, _c, _m, now: matches.lapse(s, now + timedelta(days=15)),
    ],
    ids=["chooses", "says no", "none of these", "conflict", "nobody answers"],
)
def test_every_answer_has_the_rest_solved_again(store, hub, now, act) -> None:
    [match] = listed(store, hub, hub.dans, "eve", now=now)
    assert searches(store) == []
    act(store, hub, match, now)
    followed(store, now)
    [search] = searches(store)
    assert (search.asked_by_id, search.done_at is None) == (None, False)


def test_a_providers_no_has_it_too_and_several_answers_are_one_search(store, hub, now) -> None:
    [dans] = listed(store, hub, hub.dans, "eve", now=now)
    [guss] = listed(store, hub, hub.guss, "ida", now=now)
    matches.choose(store, dans, hub.dan, now)
    matches.choose(store, guss, hub.gus, now)
    matches.decline(store, dans, hub.eve, now)
    store.commit()
    assert searching.for_matches(now)
    assert not searching.for_matches(now)
    assert len(searches(store)) == 1


def test_while_one_is_looked_for_the_next_waits(store, hub, now) -> None:
    [dans] = listed(store, hub, hub.dans, "eve", now=now)
    matches.choose(store, dans, hub.dan, now)
    first = match_searches.claim(store, now)
    matches.take_back(store, dans, hub.dan, now)
    assert match_searches.claim(store, now) is None
    asked = match_searches.ask(store, hub.cleo, now)
    assert match_searches.claim(store, now) is asked
    match_searches.finish(store, first.id, None, now)
    assert match_searches.claim(store, now).follows


def only_for_dan(store: Store, cast, *others: Person) -> None:
    """Ida is the only one whom Dan can meet; he has nobody, and nobody asks for him."""
    store.add_all(Conflict(person_id=cast.dan.id, name=one.name) for one in (cast.eve, *others))
    store.commit()


def stir(store: Store, cast, now: datetime) -> None:
    """Something that has the rest solved again: the hub takes back what it offered to Dan."""
    match = matches.offer(store, cast.dans, cast.ida, now, cast.cleo)
    matches.decline(store, match, cast.cleo, now)
    followed(store, now)


def test_who_takes_anothers_place_is_taken_out_and_replaced(store, hub, now) -> None:
    """Gus can choose Eve or Ida. Ida is the only one for Dan; Jo comes in instead."""
    listed(store, hub, hub.guss, "eve", "ida", now=now)
    jo, written = provider(store, hub, "jo", capacity=1), told(store, hub.gus)
    only_for_dan(store, hub, jo)
    stir(store, hub, now)
    assert names(store, hub.guss) == ["eve", "jo"]
    assert told(store, hub.gus) == written
    verbs = select(Audit.verb).where(Audit.for_id == hub.gus.id, Audit.by_id.is_(None))
    assert sorted(store.scalars(verbs)) == ["offer", "take_out"]


def test_who_comes_in_can_be_chosen_as_long_as_the_others(store, hub, now) -> None:
    first, _ = listed(store, hub, hub.guss, "eve", "ida", now=now)
    jo = provider(store, hub, "jo", capacity=1)
    only_for_dan(store, hub, jo)
    stir(store, hub, now + timedelta(days=3))
    new = store.scalars(select(Match).filter_by(provider_id=jo.id)).one()
    assert new.lapses_at == first.lapses_at


def test_the_only_one_is_left_in(store, hub, now) -> None:
    """Eve takes nobody on any more. Gus has Ida alone to choose from, and Dan, for whom it is
    mandatory, has nobody but her: it stays the choice of Gus."""
    hub.guss.mandatory = False
    listed(store, hub, hub.guss, "eve", "ida", now=now)
    only_for_dan(store, hub)
    capacity_of(store, hub.eve, 0)
    stir(store, hub, now)
    assert names(store, hub.guss) == ["ida"]
    assert ("dan-2027", "ida") in {(row.entitlement, row.provider) for row in new_rows(store)}


def test_whoever_has_a_list_keeps_the_solvers_own_choice(store, hub, now) -> None:
    """Eve would fit Dan as well; she was offered to Gus, and her last place is held for him."""
    capacity_of(store, hub.eve, 1)
    listed(store, hub, hub.guss, "eve", now=now)
    stir(store, hub, now)
    assert names(store, hub.guss)[0] == "eve"
    [search] = searches(store)
    assert ("dan-2027", "ida") in {(row.entitlement, row.provider) for row in new_rows(store)}
    assert search.sent_at is None


def new_rows(store: Store) -> list[matches.Row]:
    return match_searches.new(store, searches(store)[-1])


def test_where_the_solvers_own_choice_is_gone_another_takes_its_place(store, hub, now) -> None:
    listed(store, hub, hub.guss, "ida", now=now)
    capacity_of(store, hub.ida, 0)
    match = matches.offer(store, hub.dans, hub.eve, now, hub.cleo)
    matches.decline(store, match, hub.cleo, now)
    followed(store, now)
    assert names(store, hub.guss) == ["eve"]


def test_where_nobody_is_left_the_hub_is_asked(store, hub, now) -> None:
    listed(store, hub, hub.guss, "ida", now=now)
    capacity_of(store, hub.ida, 0)
    store.add(Conflict(person_id=hub.gus.id, name=hub.eve.name))
    match = matches.offer(store, hub.dans, hub.eve, now, hub.cleo)
    matches.decline(store, match, hub.cleo, now)
    followed(store, now)
    assert names(store, hub.guss) == []
    assert "choices_wanted" in told(store, hub.cleo)


def test_what_the_hub_offered_by_hand_is_the_hubs_to_change(store, hub, now) -> None:
    matches.offer(store, hub.guss, hub.ida, now, hub.cleo)
    only_for_dan(store, hub)
    solved_again(store, now)
    assert names(store, hub.guss) == ["ida"]


def solved_again(store: Store, now: datetime) -> None:
    follow_ups.wanted(store, now)
    followed(store, now)


def test_what_was_chosen_counts_as_taken(store, hub, now) -> None:
    """Gus chose Ida; Dan can be offered Eve now, and is not offered Ida beside her."""
    [idas] = listed(store, hub, hub.guss, "ida", now=now)
    matches.choose(store, idas, hub.gus, now)
    followed(store, now)
    assert [(row.entitlement, row.provider) for row in new_rows(store)] == [("dan-2027", "eve")]
    made = match_searches.send(store, searches(store)[-1], hub.cleo, now)
    assert [match.provider for match in made] == [hub.eve]


def test_today_shows_how_many_can_be_offered_somebody_and_one_press_sends(
    store, hub, now, sign_in
) -> None:
    [idas] = listed(store, hub, hub.guss, "ida", now=now)
    cleo = sign_in(hub.cleo)
    assert "can be offered somebody now" not in cleo.get("/today").text
    matches.choose(store, idas, hub.gus, now)
    followed(store, now)
    board = cleo.get("/today").text
    assert "1 person can be offered somebody now" in board
    where = f"/searches/{searches(store)[-1].ref}"
    assert where in board
    page = cleo.get(where).text
    assert "Who can be offered somebody now" in page
    assert "Dan Foley" in page
    assert "Sent to 1 person." in cleo.post(f"{where}/offers", follow_redirects=True).text
    assert "can be offered somebody now" not in cleo.get("/today").text
    assert names(store, hub.dans) == ["eve"]


def test_a_name_that_is_gone_is_refused_kindly_with_the_list_of_today(
    store, hub, now, sign_in
) -> None:
    """Gus has read Ida and Eve; meanwhile Dan chose Ida, and nobody has looked again yet."""
    _, guss = listed(store, hub, hub.guss, "eve", "ida", now=now)
    [dans] = listed(store, hub, hub.dans, "eve", now=now)
    dans.provider = hub.ida
    store.commit()
    matches.choose(store, dans, hub.dan, now)
    store.commit()
    gus = sign_in(hub.gus)
    page = gus.get("/entitlements/gus-2027/choices").text
    assert "This list is of today, Wednesday 10 February" in page
    assert "Ida Tan" not in page
    answer = gus.post("/entitlements/gus-2027/choices", data={"match": guss.ref})
    assert answer.status_code == 422
    assert "Ida Tan is not available any more. Below is who can be chosen now." in answer.text
    assert "Choose Eve" in answer.text
    followed(store, now)
    assert store.get_one(Match, guss.id).state == MatchState.LAPSED
    again = gus.post("/entitlements/gus-2027/choices", data={"match": guss.ref})
    assert "Ida Tan is not available any more" in again.text


def _change(store: Store) -> match_refresh.Change:
    """Ida is to be taken out of the list of Gus."""
    [seen] = match_refresh.seen(store, standing_offers.lists(store))
    return match_refresh.Change(seen, {"eve": 900})


def test_a_list_from_which_somebody_was_chosen_meanwhile_is_left_alone(store, hub, now) -> None:
    _, ida = listed(store, hub, hub.guss, "eve", "ida", now=now)
    change = _change(store)
    matches.choose(store, ida, hub.gus, now)
    assert not match_refresh.apply(store, change, now)
    assert (ida.state, ida.worker_yes_at) == (MatchState.OFFERED, now)


@pytest.mark.parametrize("first", ["the worker", "the hub"])
def test_of_who_presses_and_what_is_refreshed_at_once_one_comes_first(
    store, hub, now, database, first
) -> None:
    """Gus chooses Ida while she is being taken out of his list."""
    _, ida = listed(store, hub, hub.guss, "eve", "ida", now=now)
    change = _change(store)
    acts = [partial(_press, ida.ref, now), partial(_take_out, change, now)]
    store.commit()
    answers = _one_after_the_other(database, acts if first == "the worker" else acts[::-1])
    store.expire_all()
    if first == "the worker":
        assert answers == ["asked", "left alone"]
        assert (ida.state, ida.worker_yes_at) == (MatchState.OFFERED, now)
    else:
        assert answers == ["changed", "Ida Tan is not available any more."]
        assert (ida.state, ida.worker_yes_at) == (MatchState.LAPSED, None)


def _press(ref: str, now: datetime, store: Store) -> str:
    match = store.scalars(select(Match).filter_by(ref=ref)).one()
    try:
        matches.choose(store, match, match.entitlement.person, now)
    except Refused as refusal:
        return str(refusal)
    return "asked"


def _take_out(change: match_refresh.Change, now: datetime, store: Store) -> str:
    return "changed" if match_refresh.apply(store, change, now) else "left alone"


def _one_after_the_other(database: str, acts) -> list[str]:
    """The second has read what it wants and begins to wait before the first is committed."""
    engine = create_engine(database)
    prepare(engine)
    opened, answers = sessionmaker(engine), []
    with opened() as one, writing():
        answers.append(acts[0](one))
        thread = Thread(target=_run, args=(opened, acts[1], answers))
        thread.start()
        thread.join(timeout=0.5)
        one.commit()
    thread.join()
    engine.dispose()
    return answers


def _run(opened, act, answers: list[str]) -> None:
    with opened() as store, writing():
        answers.append(act(store))
        store.commit()
