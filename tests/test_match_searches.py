"""Looking for the best for everybody, or for cover: asked for, found by a worker, read, sent."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import claims, searching
from supervisor.errors import Refused
from supervisor.matches import match_searches, matching
from supervisor.models import (
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
from tests.supervisors import dans_year, provider


@pytest.fixture
def eve(store: Store, cast: SimpleNamespace) -> Person:
    """A second supervisor, with room for two, from outside everybody's employers."""
    return provider(store, cast, "eve")


@pytest.fixture
def dans(store: Store, cast: SimpleNamespace) -> Entitlement:
    """Dan is owed ten, and has nobody."""
    return dans_year(store, cast)


def found(store: Store, cast: SimpleNamespace, now: datetime, away=None) -> MatchSearch:
    search = match_searches.ask(store, cast.cleo, now, away)
    store.commit()
    assert searching.for_matches(now)
    store.refresh(search)
    return search


def test_a_worker_process_finds_who_asked_reads_and_sends(store, cast, dans, eve, now) -> None:
    search = found(store, cast, now)
    assert (search.met, search.most_met, search.needs, search.unmet) == (2, 2, 2, [])
    [line] = match_searches.lines(store, match_searches.new(store, search), now)
    assert (line.entitlement, line.provider) in {(dans, eve), (dans, cast.ana)}
    assert line.reasons
    made = match_searches.send(store, search, cast.cleo, now)
    assert {match.entitlement for match in made} == {dans}
    assert line.provider in {match.provider for match in made}
    with pytest.raises(Refused, match="have been sent"):
        match_searches.send(store, search, cast.cleo, now)


def test_nobody_is_told_before_it_is_sent(store, cast, dans, eve, now) -> None:
    found(store, cast, now)
    assert store.scalars(select(Match).filter_by(state=MatchState.OFFERED)).all() == []
    assert store.scalars(select(Message)).all() == []


def test_the_same_search_twice_is_one_until_it_is_done(store, cast, now) -> None:
    first = match_searches.ask(store, cast.cleo, now)
    assert match_searches.ask(store, cast.cleo, now) is first
    store.commit()
    searching.for_matches(now)
    assert match_searches.ask(store, cast.cleo, now).id != first.id


def test_one_process_looks_at_a_time_and_one_that_died_loses_it(store, cast, now) -> None:
    search = match_searches.ask(store, cast.cleo, now)
    assert match_searches.claim(store, now) is search
    assert match_searches.claim(store, now) is None
    later = now + timedelta(seconds=search.seconds) + claims.GRACE
    assert match_searches.claim(store, later) is search


def test_without_a_search_nothing_is_looked_for(store, cast, now) -> None:
    assert not searching.for_matches(now)


def test_cover_leaves_the_match_as_it_is(store, cast, dans, eve, now) -> None:
    """Ana is away for eight weeks; Eve would meet Ben meanwhile. Dan is not asked about."""
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 4, 1)))
    search = found(store, cast, now, away=cast.ana)
    [line] = match_searches.lines(store, match_searches.new(store, search), now)
    assert (line.entitlement, line.provider) == (cast.entitlement, eve)
    assert (search.needs, search.met) == (1, 1)
    [made] = match_searches.send(store, search, cast.cleo, now)
    assert (made.cover, made.state, made.provider) == (True, MatchState.OFFERED, eve)
    assert (cast.match.state, cast.match.ends_on) == (MatchState.ACTIVE, None)


def test_who_has_somebody_to_choose_from_is_left_alone(store, cast, dans, eve, now) -> None:
    match_searches.send(store, found(store, cast, now), cast.cleo, now)
    again = found(store, cast, now)
    assert again.met == 2
    assert match_searches.new(store, again) == []


def test_for_whom_there_is_nobody_is_named(store, cast, eve, now) -> None:
    store.get_one(
        Offering, store.scalar(select(Offering.id).filter_by(person_id=eve.id))
    ).capacity = 0
    search = found(store, cast, now, away=cast.ana)
    assert match_searches.unmet(store, search) == [cast.entitlement]
    assert search.met == 0
    assert match_searches.send(store, search, cast.cleo, now) == []


def test_what_is_old_or_not_found_yet_is_not_sent(store, cast, dans, eve, now) -> None:
    waiting = match_searches.ask(store, cast.cleo, now)
    with pytest.raises(Refused, match="nothing to send yet"):
        match_searches.send(store, waiting, cast.cleo, now)
    store.commit()
    searching.for_matches(now)
    store.refresh(waiting)
    with pytest.raises(Refused, match="too old"):
        match_searches.send(store, waiting, cast.cleo, now + timedelta(hours=25))


def test_a_search_that_breaks_says_so_and_stops_nothing(
    store, cast, now, monkeypatch: pytest.MonkeyPatch, sign_in, caplog
) -> None:
    search = match_searches.ask(store, cast.cleo, now)
    store.commit()
    monkeypatch.setattr(matching, "answer", lambda *_: 1 // 0)
    assert searching.for_matches(now)
    store.refresh(search)
    assert (search.rows, search.done_at is None) == (None, False)
    assert "That did not work." in sign_in(cast.cleo).get(f"/searches/{search.ref}").text


def test_the_page_shows_how_far_it_is_without_scripts(store, cast, dans, eve, now, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    where = cleo.post("/searches").headers["Location"]
    assert "We are looking" in cleo.get(where).text
    search = store.scalars(select(MatchSearch)).one()
    match_searches.note(store, search.id, matching.Score(1, 1, 500), matching.Score(2, 2, 900))
    store.commit()
    assert "So far 1 have somebody. At most 2 can." in cleo.get(where).text
    searching.for_matches(now)
    page = cleo.get(where).text
    assert "2 of 2 have somebody." in page
    assert "1 person would be offered somebody" in page
    assert "Dan Foley" in page
    sent = cleo.post(f"{where}/offers", follow_redirects=True).text
    assert "Sent to 1 person." in sent


def test_the_page_for_cover_asks_for_whom(store, cast, eve, now, sign_in) -> None:
    cleo = sign_in(cast.cleo)
    where = cleo.post("/searches", data={"away": "ana"}).headers["Location"]
    assert "Cover while Ana Rewi is away" in cleo.get(where).text
    searching.for_matches(now)
    assert "Ben Harris" in cleo.get(where).text
    assert cleo.post("/searches", data={"away": "nobody"}).status_code == 404
