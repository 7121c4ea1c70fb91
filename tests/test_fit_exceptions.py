"""Exceptions in the rules: each lets one pair pass one rule, in every test and word alike."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules import fit, fit_reasons
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import NOT_AVAILABLE, ROOM, RULES, that_may_be_set_aside
from supervisor.rules.fit_values import Provider
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Reader
from tests.pairs import ANA, BEN, NEED, OFFER, ON, replace
from tests.test_fit_properties import a_hub

EVERY = tuple(rule.name for rule in (*RULES, *ROOM))
NEVER = {
    "offer", "here", "another", "mirror", "conflict", "declined", "culture", "language", "hat"
}  # fmt: skip


def excepted(table: Table, couples: list[tuple[int, int]], rules: tuple[str, ...]) -> Table:
    """The same hub with exceptions for couples of rows."""
    ids = [(table.needs[need].id, table.providers[one].party.id) for need, one in couples]
    return Table(table.needs, table.providers, table.day, waived=dict.fromkeys(rules, ids))


def lawful(table: Table) -> set[tuple[int, int]]:
    found = fit.candidates(table)
    return set(zip(found.need.tolist(), found.provider.tolist(), strict=True))


def one_by_one(table: Table) -> set[tuple[int, int]]:
    """Each pair alone, asked of every rule of matching."""
    return {
        (need, one)
        for need in range(len(table.needs))
        for one in range(len(table.providers))
        if not fit_reasons.failing(alone(table, need, one), RULES)[0]
    }


def alone(table: Table, need: int, provider: int) -> Pairs:
    """A pair of which no match runs."""
    rows = np.array([need]), np.array([provider])
    return Pairs(table, table.needs[need].kind, *rows)


SEEDS = st.integers(min_value=0, max_value=10_000)


@given(SEEDS, st.sets(st.sampled_from(EVERY), min_size=1), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_all_pairs_at_once_agree_with_each_alone(seed: int, rules: set[str], pick: int) -> None:
    plain = a_hub(seed)
    if not plain.needs or not plain.providers:
        return
    couple = pick % len(plain.needs), pick % len(plain.providers)
    table = excepted(plain, [couple], tuple(sorted(rules)))
    assert lawful(table) == one_by_one(table)
    assert lawful(table) - lawful(plain) <= {couple}
    assert lawful(plain) <= lawful(table)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_no_exception_lets_a_conflict_or_a_persons_own_wish_pass(seed: int) -> None:
    plain = a_hub(seed)
    everybody = [(n, p) for n in range(len(plain.needs)) for p in range(len(plain.providers))]
    table = excepted(plain, everybody, EVERY)
    for need, provider in lawful(table):
        pair = alone(table, need, provider)
        kept = {rule.name for rule in RULES if rule.asked(pair.kind) and rule.holds(pair)[0]}
        asked = {rule.name for rule in RULES if rule.asked(pair.kind)}
        assert NEVER & asked <= kept


def test_which_rules_can_be_set_aside() -> None:
    can = {rule.name for kind in MATCHED_KINDS for rule in that_may_be_set_aside(kind)}
    assert can == set(EVERY) - NEVER
    assert "years" not in {rule.name for rule in that_may_be_set_aside(Kind.PEER_SUPERVISION)}


def test_the_short_list_has_whom_an_exception_lets_pass() -> None:
    """Her vetting is over, which every need of the region asks of her; he serves another one."""
    over = replace(OFFER, vetted_until=ON - timedelta(days=1))
    eve = replace(ANA, id=3, ref="eve")
    providers = [Provider(ANA, {NEED.kind: over}), Provider(eve, {NEED.kind: OFFER})]
    plain = Table([NEED], providers, Day(ON))
    assert fit.best(plain, 0, 9).providers.tolist() == [1]
    table = Table([NEED], providers, Day(ON), waived={"vetted": [(NEED.id, ANA.id)]})
    assert sorted(fit.best(table, 0, 9).providers.tolist()) == [0, 1]
    assert len(fit.candidates(table)) == 2


def test_an_exception_of_somebody_who_is_not_here_changes_nothing() -> None:
    table = Table([NEED], [Provider(ANA, {NEED.kind: OFFER})], Day(ON), waived={"time": [(7, 9)]})
    assert len(fit.candidates(table)) == 1


def test_a_no_reads_like_a_conflict_and_stops_no_match_that_runs() -> None:
    hers = [Provider(ANA, {NEED.kind: OFFER})]
    said_no = Table([NEED], hers, Day(ON), declined=[(NEED.id, ANA.id)])
    apart = replace(BEN, against=frozenset({ANA.id}))
    in_conflict = Table([replace(NEED, worker=apart)], hers, Day(ON))
    for reader in Reader:
        told = [
            fit_reasons.obstacles(fit.asked(table, 0, np.array([0])), reader)
            for table in (said_no, in_conflict)
        ]
        assert told == [[[NOT_AVAILABLE]], [[NOT_AVAILABLE]]]
    assert len(fit.candidates(said_no)) == 0
    runs = Table([replace(NEED, current=ANA.id)], hers, Day(ON), declined=[(NEED.id, ANA.id)])
    assert not fit_reasons.obstacles(fit.asked(runs, 0, np.array([0])), Reader.COORDINATOR)[0]


@pytest.mark.parametrize("rule", ["place", "hours"])
def test_what_is_not_named_to_a_reader_bears_no_name(rule: str) -> None:
    pair = fit.asked(Table([NEED], [Provider(ANA, {NEED.kind: OFFER})], Day(ON)), 0, np.array([0]))
    rules = [one for one in (*RULES, *ROOM) if one.name in {rule, "conflict", "chain"}]
    named = [name for name, _words in fit_reasons.words_of(pair, rules, Reader.COORDINATOR)]
    assert named == [rule, "not_available"]
    told = fit_reasons.words_of(pair, rules, Reader.WORKER)
    assert [name for name, _words in told] == ["not_available"]
