"""Open offers move along where that lets more people have somebody; everything is opened only
where the hub asks for it, and reads first who would change."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import searching
from supervisor.errors import Refused
from supervisor.matches import follow_ups, match_searches, matches
from supervisor.models import (
    Audit,
    Choice,
    Conflict,
    Entitlement,
    Leave,
    Match,
    MatchSearch,
    Message,
    Offering,
    Person,
    Store,
)
from supervisor.rules.kinds import MatchState
from tests.supervisors import free_on_weekdays, provider, year_of


@pytest.fixture
def hub(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Eve and Ida have one place each, Ana has none left. Dan can meet Eve alone; Gus was offered
    Eve and could be offered Ida."""
    cast.offering.capacity = 1
    cast.eve, cast.ida = (provider(store, cast, ref, capacity=1) for ref in ("eve", "ida"))
    cast.gus = free_on_weekdays(cast, "gus", "Gus Tan")
    cast.dans, cast.guss = year_of(store, cast.dan), year_of(store, cast.gus)
    store.add(Conflict(person_id=cast.dan.id, name=cast.ida.name))
    cast.offer = _offered(store, cast.guss, cast.eve, datetime.fromisoformat("2027-02-09T20:00Z"))
    store.commit()
    return cast


def _offered(store: Store, owed: Entitlement, provider: Person, now: datetime) -> Match:
    match = matches.offer(store, owed, provider, now, None)
    match.suggested = 0
    return match


def found(store: Store, cast, now: datetime, away=None, *, reopen: bool = False) -> MatchSearch:
    store.commit()
    search = match_searches.ask(store, cast.cleo, now, away, reopen=reopen)
    store.commit()
    while searching.for_matches(now):
        pass
    store.expire_all()
    return search


def open_of(store: Store, owed: Entitlement) -> list[str]:
    query = select(Match).filter_by(entitlement_id=owed.id, state=MatchState.OFFERED)
    return [match.provider.ref for match in store.scalars(query)]


def moves(store: Store, search: MatchSearch) -> list[tuple[str, str, str | None]]:
    return [(r.entitlement, r.provider, r.instead) for r in match_searches.moved(store, search)]


def test_an_open_offer_moves_along_where_one_more_is_met(store, hub, now) -> None:
    search = found(store, hub, now)
    assert (search.met, search.most_met, search.unmet) == (3, 3, [])
    assert moves(store, search) == [("gus-2027", "ida", "eve")]
    assert [row.entitlement for row in match_searches.new(store, search)] == ["dan-2027"]
    assert open_of(store, hub.guss) == ["eve"]


def test_it_is_read_before_it_is_sent_and_nobody_is_written_to_twice(
    store, hub, now, sign_in
) -> None:
    cleo, search = sign_in(hub.cleo), found(store, hub, now)
    page = cleo.get(f"/searches/{search.ref}").text
    assert "Gus Tan is offered Ida Tan instead of Eve Tan." in page
    letters = select(Message).filter_by(recipient_id=hub.gus.id)
    before = len(store.scalars(letters).all())
    sent = cleo.post(f"/searches/{search.ref}/offers", follow_redirects=True).text
    assert "Sent to 2 people." in sent
    assert open_of(store, hub.guss)[0] == "ida"
    assert open_of(store, hub.dans) == ["eve"]
    assert len(store.scalars(letters).all()) == before
    verbs = select(Audit.verb).where(Audit.for_id == hub.gus.id, Audit.by_id == hub.cleo.id)
    assert store.scalars(verbs).all() == ["take_out", "offer"]


def test_nobody_moves_where_as_many_are_met_without(store, hub, now) -> None:
    store.scalars(select(Offering).filter_by(person_id=hub.eve.id)).one().capacity = 2
    assert moves(store, found(store, hub, now)) == []


def test_nobody_moves_who_has_chosen(store, hub, now) -> None:
    matches.choose(store, hub.offer, hub.gus, now)
    search = found(store, hub, now)
    assert (moves(store, search), search.unmet) == ([], ["dan-2027"])


def test_who_chooses_after_it_was_found_stays(store, hub, now) -> None:
    search = found(store, hub, now)
    matches.choose(store, hub.offer, hub.gus, now)
    assert moves(store, search) == []
    match_searches.send(store, search, hub.cleo, now)
    assert open_of(store, hub.guss) == ["eve"]


def test_nobody_loses_an_offer_so_that_somebody_else_has_one(store, hub, now) -> None:
    store.add(Conflict(person_id=hub.gus.id, name=hub.ida.name))
    hub.guss.mandatory = False
    search = found(store, hub, now)
    assert (moves(store, search), search.unmet) == ([], ["dan-2027"])


def test_a_match_that_runs_is_never_moved(store, hub, now) -> None:
    """Ben meets Ana; with him at Ida and Gus at Ana there would be room for Dan."""
    store.add(Conflict(person_id=hub.gus.id, name=hub.ida.name))
    search = found(store, hub, now)
    assert search.unmet == ["dan-2027"]
    assert [(r.entitlement, r.provider) for r in match_searches.rows(search) if r.kept] == [
        ("ben-2027", "ana")
    ]


def test_cover_moves_an_open_offer_along_too(store, hub, now) -> None:
    """Ana is away, and Ben can meet Eve alone."""
    store.add(Conflict(person_id=hub.ben.id, name=hub.ida.name))
    store.add(Leave(person_id=hub.ana.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 4, 1)))
    search = found(store, hub, now, hub.ana)
    assert (search.met, search.needs, search.most_met) == (1, 1, 1)
    assert moves(store, search) == [("gus-2027", "ida", "eve")]
    match_searches.send(store, search, hub.cleo, now)
    cover = store.scalars(select(Match).filter_by(entitlement_id=hub.entitlement.id, cover=True))
    assert [match.provider for match in cover] == [hub.eve]
    assert open_of(store, hub.guss) == ["ida"]


def test_what_follows_a_choice_moves_nobody(store, hub, now) -> None:
    follow_ups.wanted(store, now)
    store.commit()
    searching.for_matches(now)
    search = store.scalars(select(MatchSearch)).one()
    assert (moves(store, search), search.unmet) == ([], ["dan-2027"])


@pytest.fixture
def better(store: Store, hub) -> SimpleNamespace:
    """Ben would fit better with Ida, whom he named first, than with Ana whom he meets."""
    store.add(Choice(person_id=hub.ben.id, provider_id=hub.ida.id, rank=1))
    hub.ben.matters_most = ["choice"]
    store.commit()
    return hub


def test_opening_everything_shows_who_would_change_from_whom_to_whom(
    store, better, now, sign_in
) -> None:
    cleo = sign_in(better.cleo)
    asked = found(store, better, now)
    assert "Open everything?" in cleo.get(f"/searches/{asked.ref}").text
    where = cleo.post("/searches", data={"reopen": "1"}).headers["Location"]
    searching.for_matches(now)
    page = cleo.get(where).text
    assert "1 person would be offered somebody else than they meet now" in page
    assert "Ida Tan</strong> instead of Ana Rewi" in page


def test_what_was_opened_is_sent_with_a_tick_and_ends_nothing(store, better, now, sign_in) -> None:
    cleo = sign_in(better.cleo)
    search = found(store, better, now, reopen=True)
    where = f"/searches/{search.ref}/offers"
    refused = cleo.post(where)
    assert refused.status_code == 422
    assert "Tick that you have read who would change." in refused.text
    assert open_of(store, better.entitlement) == []
    assert "Sent to" in cleo.post(where, data={"sure": "1"}, follow_redirects=True).text
    store.expire_all()
    assert "ida" in open_of(store, better.entitlement)
    assert (better.match.state, better.match.ends_on) == (MatchState.ACTIVE, None)
    with pytest.raises(Refused, match="have been sent"):
        match_searches.send(store, search, better.cleo, now, sure=True)
