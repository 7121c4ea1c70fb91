"""A conflict: said in private by anyone, true at once, and never to be told from anything else."""

import csv
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import audit, broken, conflicts, overrides, workbook
from supervisor.access import viewer_of, visible
from supervisor.apart import declared
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.groups import seats
from supervisor.matches import matches, matching
from supervisor.models import (
    Audit,
    Conflict,
    Entitlement,
    Group,
    Match,
    Message,
    Override,
    Person,
    Store,
)
from supervisor.reports import reports
from supervisor.rules.kinds import GroupKind, MatchState, Mode, Reader
from supervisor.rules.names import Bearers
from tests.test_matches import _chosen, _supervisor

TODAY = date(2027, 2, 10)


@pytest.fixture
def eve(store: Store, cast: SimpleNamespace) -> Person:
    return _supervisor(store, cast, "eve", "Eve Tan")


@pytest.fixture
def dans(store: Store, cast: SimpleNamespace) -> Entitlement:
    """Dan's own ten sessions, with nobody yet."""
    owed = Entitlement(
        ref="dan-2027", person=cast.dan, kind="peer_supervision", sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), mandatory=True,
    )  # fmt: skip
    store.add(owed)
    store.commit()
    return owed


def outbox(store: Store) -> list[tuple[str, str, dict]]:
    query = select(Message).where(Message.dropped_at.is_(None)).order_by(Message.id)
    return [(m.recipient.ref, m.template, m.facts) for m in store.scalars(query)]


# whom a name means


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Ana Rewi", {1}), ("  ana   REWI ", {1}), ("Rewi, Ana", {1}), ("Āna Rewi", {1}),
        ("Ana Mere Rewi", {1}), ("Mere Parata", {2}), ("Hine Mere Parata", {2}), ("Ana", {3}),
        ("Rewi", set()), ("Anna Rewi", set()), ("", set()), ("Ana-Rewi", {1}), ("Sam Pert", set()),
    ],
)  # fmt: skip
def test_a_name_is_the_same_however_it_is_typed(typed: str, found: set[int]) -> None:
    known = Bearers([(1, "Ana Rewi"), (2, "Hine Mere Parata"), (3, "Ana")])
    assert known.of(typed) == found


# either side, a person or an organisation, at once


@pytest.mark.parametrize(("who", "name"), [("dan", "Ana Rewi"), ("ana", "Dan Foley"),
                                           ("ana", "Harbour House")])  # fmt: skip
def test_either_of_two_declares_it_and_nobody_matches_them(
    store, cast, dans, eve, now, who, name
) -> None:
    conflicts.declare(store, getattr(cast, who), name, getattr(cast, who), now)
    assert [one.provider for one in fits.shortlist(store, dans, TODAY)] == [eve]
    for reader in Reader:
        why_not = fits.explain(store, dans, cast.ana, TODAY, reader).obstacles
        assert [str(words) for words in why_not] == ["Not available"]
    rows = matching.solve(store, TODAY).rows
    assert {row.provider for row in rows if row.entitlement == "dan-2027"} == {"eve"}


def test_it_holds_for_somebody_whom_the_hub_comes_to_know_later(store, cast, dans, now) -> None:
    conflicts.declare(store, cast.dan, "Ivy Moss", cast.dan, now)
    ivy = _supervisor(store, cast, "ivy", "Ivy Moss")
    assert fits.explain(store, dans, ivy, TODAY).fit is None


def test_it_stays_with_somebody_who_takes_another_name(store, cast, dans, now) -> None:
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    cast.ana.name = "Ana Tait"
    assert fits.explain(store, dans, cast.ana, TODAY).fit is None
    assert [called for _one, called in conflicts.mine(store, cast.dan)] == ["Ana Rewi"]


def test_said_twice_is_once_and_under_another_spelling_it_reads_as_typed(store, cast, now) -> None:
    for name in ("Ana Rewi", "ana  rewi", "Ana Mere Rewi"):
        conflicts.declare(store, cast.dan, name, cast.dan, now)
    called = [called for _one, called in conflicts.mine(store, cast.dan)]
    assert called == ["Ana Mere Rewi", "Ana Rewi"]
    assert declared(store, cast.dan).people == {(cast.dan.id, cast.ana.id)}


@pytest.mark.parametrize("name", ["", "   ", "?!", "x" * 201])
def test_a_name_has_to_be_one(store, cast, now, name) -> None:
    with pytest.raises(Refused, match="Write a name"):
        conflicts.declare(store, cast.dan, name, cast.dan, now)


def test_taken_back_it_is_as_if_it_had_not_been_said(store, cast, dans, now) -> None:
    one = conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    conflicts.take_back(store, one, cast.dan, now)
    assert conflicts.mine(store, cast.dan) == []
    assert fits.explain(store, dans, cast.ana, TODAY).fit is not None


def test_in_a_group_it_reads_like_any_other_group_that_is_not_available(store, cast, now) -> None:
    group = Group(
        name="Inland", kind=GroupKind.CO_REFLECTION, mode=Mode.VIDEO, minimum=1, maximum=6,
        facilitator=cast.ana, open=True,
    )  # fmt: skip
    store.add(group)
    store.flush()
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    with pytest.raises(Refused, match="This group is not available") as by_conflict:
        seats.join(store, group, cast.dan, cast.cleo, now)
    group.facilitator = cast.rua
    with pytest.raises(Refused) as by_manager:
        seats.join(store, group, cast.dan, cast.cleo, now)
    assert str(by_conflict.value) == str(by_manager.value)


# an open offer closes, and nobody can tell why


def test_an_offer_that_was_not_taken_up_goes_as_when_the_place_is_gone(
    store, cast, dans, eve, now
) -> None:
    """Eve's last place goes to Ben on one side; on the other somebody said it in private."""
    for how in ("full", "conflict"):
        with store.begin_nested() as kept:
            offer = matches.offer(store, dans, eve, now, cast.cleo)
            if how == "full":
                match = _chosen(store, cast, cast.entitlement, eve, now)
                matches.accept(store, match, eve, now)
            else:
                conflicts.declare(store, eve, "Dan Foley", eve, now)
            seen = _seen(store, offer, cast.dan, cast.cleo)
            kept.rollback()
        if how == "full":
            full = seen
    assert seen == full


def _seen(store: Store, offer: Match, worker: Person, hub: Person) -> tuple:
    """All that is left of an offer, for its worker and for the hub."""
    letters = [(who, name, facts) for who, name, facts in outbox(store)
               if who in {worker.ref, hub.ref}]  # fmt: skip
    verbs = store.scalars(select(Audit.verb).where(Audit.noun_ref == offer.ref)).all()
    return offer.state, offer.closed_at, offer.closed_by_id, letters, list(verbs)


@pytest.mark.parametrize(("who", "name"), [("dan", "Ana Rewi"), ("ana", "Dan Foley")])
def test_an_offer_that_waits_for_the_provider_goes_as_after_a_no(
    store, cast, dans, now, who, name
) -> None:
    person = getattr(cast, who)
    for how in ("no", "conflict"):
        with store.begin_nested() as kept:
            match = _chosen(store, cast, dans, cast.ana, now)
            query = select(Message).where(Message.template == "match_asked")
            store.scalars(query).one().sent_at = now
            if how == "no":
                matches.decline(store, match, person, now)
            else:
                conflicts.declare(store, person, name, person, now)
            verbs = store.execute(
                select(Audit.verb, Audit.by_id, Audit.for_id).where(Audit.noun == "match")
            ).all()
            why = [str(w) for w in fits.explain(store, dans, cast.ana, TODAY).obstacles]
            letters = [(who, name, {k: v for k, v in facts.items() if k != "match"})
                       for who, name, facts in outbox(store)]  # fmt: skip
            seen = (match.state, match.closed_at, match.closed_by_id, letters, verbs, why)
            kept.rollback()
        if how == "no":
            declined = seen
    assert seen == declined


def test_a_match_that_runs_goes_on_and_the_hub_is_told_only_that_it_needs_another(
    store, cast, now
) -> None:
    conflicts.declare(store, cast.ben, "Ana Rewi", cast.ben, now)
    assert (cast.match.state, cast.match.ends_on) == (MatchState.ACTIVE, None)
    assert outbox(store) == []
    (one,) = broken.broken(store, TODAY)
    assert one.match is cast.match
    assert [(rule, str(words)) for rule, words in one.found] == [("not_available", "Not available")]


def test_a_match_that_is_yet_to_begin_is_shown_at_once_and_not_yet_reported(
    store, cast, dans, now
) -> None:
    match = _chosen(store, cast, dans, cast.ana, now)
    matches.accept(store, match, cast.ana, now, date(2027, 6, 1))
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    assert [one.match for one in broken.broken(store, TODAY)] == [match]
    assert reports.exceptions(store, now).rows == []


# who may know


def test_the_hub_types_it_for_somebody_and_cannot_read_it(store, cast, dans, now) -> None:
    one = conflicts.declare(store, cast.dan, "Ana Rewi", cast.cleo, now)
    for person in (cast.cleo, cast.ana, cast.rua):
        query = visible(viewer_of(store, person, TODAY), Conflict)
        assert store.scalars(query).all() == []
    mine = visible(viewer_of(store, cast.dan, TODAY), Conflict)
    assert store.scalars(mine).all() == [one]


def test_nobody_else_declares_for_somebody(store, cast, now) -> None:
    for stranger in (cast.mere, cast.ana):
        with pytest.raises(NotFound):
            conflicts.declare(store, cast.ben, "Dan Foley", stranger, now)


def test_the_trail_says_that_wishes_changed_and_not_whose_name_or_which_way(
    store, cast, now
) -> None:
    one = conflicts.declare(store, cast.ben, "Dan Foley", cast.cleo, now)
    conflicts.take_back(store, one, cast.ben, now)
    rows = store.execute(select(Audit.verb, Audit.noun, Audit.noun_ref, Audit.for_id)).all()
    bens = audit.of(cast.ben)
    assert rows == [("change", "wishes", bens, cast.ben.id), ("change", "wishes", bens, None)]


def test_no_export_shows_what_was_said_in_private(store, cast, now, tmp_path: Path) -> None:
    store.add(Conflict(person_id=cast.ben.id, other_person_id=cast.dan.id))
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    workbook.export_workbook(store, tmp_path / "hub", now)
    with (tmp_path / "hub" / "conflicts.csv").open() as file:
        assert list(csv.reader(file)) == [["person", "other"], ["ben", "dan"]]
    texts = [path.read_text() for path in (tmp_path / "hub").glob("*.csv")]
    assert not any("Ana Rewi,dan" in text or "dan,ana" in text for text in texts)
    report = workbook.import_workbook(store, tmp_path / "hub", now)
    assert not report.changes


def test_an_import_that_says_it_too_finds_it_there(store, cast, now, tmp_path: Path) -> None:
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    (tmp_path / "conflicts.csv").write_text("person,other\ndan,ana\n")
    workbook.import_workbook(store, tmp_path, now)
    assert len(conflicts.mine(store, cast.dan)) == 1


def test_what_its_owner_took_back_is_not_brought_again_nor_told(
    store, cast, now, tmp_path: Path
) -> None:
    (tmp_path / "conflicts.csv").write_text("person,other\ndan,ana\n")
    workbook.import_workbook(store, tmp_path, now)
    ((one, called),) = conflicts.mine(store, cast.dan)
    assert called == "Ana Rewi"
    conflicts.take_back(store, one, cast.dan, now)
    report = workbook.import_workbook(store, tmp_path, now)
    assert conflicts.mine(store, cast.dan) == []
    assert report.kept == []


def test_an_import_seats_nobody_beside_whom_they_named_in_private(
    store, cast, now, tmp_path: Path
) -> None:
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    (tmp_path / "groups.csv").write_text(
        "id,name,kind,facilitator,mode,minimum,maximum\ng,Inland,co_reflection,ana,video,1,6\n"
    )
    (tmp_path / "group_members.csv").write_text("group,person\ng,dan\n")
    with pytest.raises(workbook.WorkbookRefused) as refused:
        workbook.import_workbook(store, tmp_path, now)
    assert "for whom this group is available" in str(refused.value.faults[0])


def test_names_to_pick_from_are_those_the_hub_has_told_them(store, cast, dans, eve, now) -> None:
    matches.offer(store, dans, eve, now, cast.cleo)
    places = ["Harbour House", "Lakes Peer Service", "Southern Hub"]
    assert conflicts.names_told(store, cast.dan) == sorted(["Eve Tan", *places])
    assert conflicts.names_told(store, eve) == places, "who offered her is not told yet"
    assert conflicts.names_told(store, cast.ben) == sorted(["Ana Rewi", *places])


def test_an_exception_never_lets_a_conflict_pass(store, cast, dans, now) -> None:
    """Not by asking for it, and not were it written into the record."""
    conflicts.declare(store, cast.dan, "Ana Rewi", cast.dan, now)
    assert "conflict" not in {rule.name for rule in overrides.rules_of(dans)}
    store.add(
        Override(
            entitlement=dans, provider=cast.ana, reason="x", until=date(2027, 12, 31), agreed=True,
            rules=["conflict", *(rule.name for rule in overrides.rules_of(dans))],
            asked_by=cast.cleo, asked_at=now, second=cast.mere, answered_at=now,
        )
    )  # fmt: skip
    store.flush()
    assert fits.explain(store, dans, cast.ana, TODAY).fit is None
    assert cast.ana not in [one.provider for one in fits.shortlist(store, dans, TODAY)]
    with pytest.raises(Refused, match="cannot be offered: Not available"):
        matches.offer(store, dans, cast.ana, now, cast.cleo)
    assert "dan-2027" not in {row.entitlement for row in matching.solve(store, TODAY).rows}
