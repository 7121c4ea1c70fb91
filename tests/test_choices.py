"""Whom a worker would like to meet, in order: who may be in it, saved, taken back, and what it
never touches."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import workbook
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.matches import choices, matches
from supervisor.matches.choices import ChoiceSettings
from supervisor.models import Choice, Conflict, Match, Offering, Person, Provider, Store
from supervisor.rules.kinds import Kind, MatchState
from supervisor.settings import save
from tests.supervisors import dans_year, provider

TODAY = date(2027, 2, 10)


@pytest.fixture
def eve(store: Store, cast: SimpleNamespace) -> Person:
    return provider(store, cast, "eve", "Eve Tan")


def refs(people: list[Person]) -> list[str]:
    return [one.ref for one in people]


def test_they_know_whom_they_meet_and_who_is_offered(store, cast, eve, now) -> None:
    assert refs(choices.known(store, cast.ben, TODAY)) == ["ana"]
    matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    assert refs(choices.known(store, cast.ben, TODAY)) == ["ana", "eve"]
    assert choices.known(store, cast.dan, TODAY) == []


def test_whose_offer_was_closed_is_not_named_again_unless_they_put_them_in_order(
    store, cast, eve, now
) -> None:
    match = matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    matches.decline(store, match, cast.cleo, now)
    assert refs(choices.known(store, cast.ben, TODAY)) == ["ana"]
    match = matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    choices.rank(store, cast.ben, ["eve"], TODAY, cast.ben, now)
    matches.decline(store, match, cast.cleo, now)
    assert refs(choices.known(store, cast.ben, TODAY)) == ["ana", "eve"]


def test_the_list_of_supervisors_is_closed_unless_the_hub_opens_it(store, cast, eve) -> None:
    dans_year(store, cast)
    assert choices.known(store, cast.dan, TODAY) == []
    save(store, ChoiceSettings(open_list=True))
    assert refs(choices.known(store, cast.dan, TODAY)) == ["ana", "eve"]


def test_an_open_list_gives_nothing_away_by_who_is_missing(store, cast, eve) -> None:
    """A conflict leaves nobody out; who gives nothing that is owed does."""
    dans_year(store, cast)
    save(store, ChoiceSettings(open_list=True))
    store.add(Conflict(person_id=eve.id, other_person_id=cast.dan.id))
    store.add(Provider(person_id=cast.rua.id))
    store.flush()
    kind, vetted = Kind.COACHING, date(2028, 12, 31)
    store.add(Offering(person_id=cast.rua.id, kind=kind, capacity=3, vetted_until=vetted))
    store.flush()
    assert refs(choices.known(store, cast.dan, TODAY)) == ["ana", "eve"]


def test_an_order_is_kept_and_counts_in_the_fit(store, cast, eve, now) -> None:
    dans = dans_year(store, cast)
    save(store, ChoiceSettings(open_list=True))
    before = {one.provider.ref: one.fit for one in fits.shortlist(store, dans, TODAY)}
    choices.rank(store, cast.dan, ["eve", "ana"], TODAY, cast.dan, now)
    assert refs(choices.ranked(store, cast.dan)) == ["eve", "ana"]
    after = {one.provider.ref: one.fit for one in fits.shortlist(store, dans, TODAY)}
    assert (after["eve"] - before["eve"], after["ana"] - before["ana"]) == (300, 250)


def test_nobody_is_there_twice_and_nobody_unknown(store, cast, eve, now) -> None:
    with pytest.raises(Refused, match="Ana Rewi is there twice"):
        choices.rank(store, cast.ben, ["ana", "ana"], TODAY, cast.ben, now)
    with pytest.raises(Refused, match="Choose from the names on this page"):
        choices.rank(store, cast.ben, ["eve"], TODAY, cast.ben, now)
    assert choices.ranked(store, cast.ben) == []


def test_the_last_change_can_be_taken_back_and_made_again(store, cast, eve, now) -> None:
    with pytest.raises(Refused, match="Nothing was changed"):
        choices.undo(store, cast.ben, TODAY, cast.ben, now)
    matches.offer(store, cast.entitlement, eve, now, cast.cleo)
    choices.rank(store, cast.ben, ["eve", "ana"], TODAY, cast.ben, now)
    choices.rank(store, cast.ben, ["ana"], TODAY, cast.cleo, now)
    choices.rank(store, cast.ben, ["ana"], TODAY, cast.cleo, now)
    choices.undo(store, cast.ben, TODAY, cast.ben, now)
    assert refs(choices.ranked(store, cast.ben)) == ["eve", "ana"]
    choices.undo(store, cast.ben, TODAY, cast.cleo, now)
    assert refs(choices.ranked(store, cast.ben)) == ["ana"]


def test_an_order_changes_nothing_that_is_open(store, cast, eve, now) -> None:
    dans = dans_year(store, cast)
    made = [matches.offer(store, dans, p, now, cast.cleo) for p in (cast.ana, eve)]
    matches.choose(store, made[0], cast.dan, now)
    was = [(m.state, m.fit, m.worker_yes_at, m.lapses_at) for m in made]
    choices.rank(store, cast.dan, ["eve"], TODAY, cast.dan, now)
    store.expire_all()
    assert [(m.state, m.fit, m.worker_yes_at, m.lapses_at) for m in made] == was
    states = set(store.scalars(select(Match.state).where(Match.entitlement_id == dans.id)))
    assert states == {MatchState.OFFERED}


def test_nobody_else_orders_for_them(store, cast, now) -> None:
    with pytest.raises(NotFound):
        choices.rank(store, cast.ben, ["ana"], TODAY, cast.ana, now)


def test_the_sixth_falls_out_when_somebody_comes_first(store, cast, now) -> None:
    several = [provider(store, cast, f"p{n}", f"Pat {n} Lee") for n in range(6)]
    for n, one in enumerate(several[:5], start=1):
        store.add(Choice(person_id=cast.ben.id, provider_id=one.id, rank=n))
    store.flush()
    choices.put_first(store, cast.ben, several[5])
    assert refs(choices.ranked(store, cast.ben)) == ["p5", "p0", "p1", "p2", "p3"]


def test_who_has_left_is_not_put_in_order(store, cast, now) -> None:
    choices.rank(store, cast.ben, ["ana"], TODAY, cast.ben, now)
    cast.ana.left_on = date(2027, 2, 9)
    store.flush()
    assert choices.known(store, cast.ben, TODAY) == []


def test_a_second_import_leaves_the_order_that_was_made_here(
    store, cast, eve, now, tmp_path
) -> None:
    (tmp_path / "choices.csv").write_text("person,provider,rank\nben,ana,1\nben,eve,2\n")
    workbook.import_workbook(store, tmp_path, now)
    choices.rank(store, cast.ben, ["eve"], TODAY, cast.ben, now)
    workbook.import_workbook(store, tmp_path, now)
    assert refs(choices.ranked(store, cast.ben)) == ["eve"]
