"""Bundles of providers: which there are, which are near the best, and what they prove."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules.assign import AssignSettings, Score
from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_bundles import Bundles
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.assign_problem import Found, Problem
from supervisor.rules.assign_proof import proved
from tests.assign_cases import Give, Want, best, crowd, drawn, is_lawful, problem, score

ANA, BEN, DAN = 1, 2, 3


def asked(seed: int) -> Problem:
    whole = drawn(seed)
    return whole.only(whole.possible)


def first_answer(one: Problem) -> Found:
    return Found(by_hand(one), one.ceiling)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_bundles_prove_what_trying_everything_finds(seed: int) -> None:
    one = asked(seed)
    if len(one):
        found = proved(one, first_answer(one), AssignSettings(), Budget(600))
        assert is_lawful(one, found.chosen.tolist())
        assert score(one, found.chosen.tolist()) == found.most == best(one)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 300))
def test_the_bundles_near_the_best_are_all_there_are(seed: int, slack: int) -> None:
    """Against every set of pairs of the first provider, tried one by one."""
    one = asked(seed)
    mine = np.flatnonzero(one.provider == 0).tolist()
    if not mine:
        return
    sets = [s for n in range(len(mine) + 1) for s in combinations(mine, n)]
    worth = {s: score(one, list(s)).total for s in sets if is_lawful(one, list(s))}
    bundles, most = Bundles(one, np.array(mine)), max(worth.values())
    assert bundles.best(one.fit, 1)[0] == most
    near = [tuple(sorted(pairs)) for pairs in bundles.near(one.fit, 1, most - slack)]
    assert sorted(near) == sorted(s for s, points in worth.items() if points >= most - slack)


def test_two_periods_of_one_support_go_together_in_a_bundle() -> None:
    wants = [Want(BEN, 0), Want(BEN, 0), Want(BEN, 1), Want(DAN, 1)]
    one = problem(wants, [Give(ANA, minutes=180)], {(n, 0): 100 for n in range(4)})
    most, pairs = Bundles(one, np.arange(4)).best(one.fit, 1)
    assert (most, sorted(pairs)) == (300, [0, 1, 3])


def test_a_better_answer_than_the_known_one_is_found_and_proved() -> None:
    one = crowd(3, 40)
    nobody = Found(np.zeros(0, np.intp), one.ceiling)
    found = proved(one, nobody, AssignSettings(), Budget(600))
    assert is_lawful(one, found.chosen.tolist())
    assert one.score(found.chosen) == found.most


def test_without_time_the_known_answer_stays() -> None:
    one = crowd(3, 60)
    found = proved(one, first_answer(one), AssignSettings(), Budget(0))
    assert found.chosen.tolist() == by_hand(one).tolist()
    assert one.score(found.chosen) < found.most <= one.ceiling


def test_too_many_bundles_to_look_at_leave_a_bound_that_holds() -> None:
    one = crowd(4, 30)
    right = proved(one, first_answer(one), AssignSettings(), Budget(600)).most
    found = proved(one, first_answer(one), AssignSettings(bundles=1), Budget(600))
    assert found.most.met >= right.met
    assert found.most.total >= one.score(found.chosen).total


def test_tables_that_are_too_large_are_not_made() -> None:
    one = crowd(3, 30)
    found = first_answer(one)
    assert proved(one, found, AssignSettings(bundle_cells=1), Budget(600)) is found


def test_a_provider_without_limits_has_one_bundle_of_everything() -> None:
    wants = [Want(person) for person in (BEN, DAN)]
    one = problem(wants, [Give(ANA)], {(0, 0): 100, (1, 0): 100}, load=200)
    assert Bundles(one, np.arange(2)).best(one.fit, 1) == (200 - 200 // 18, (0, 1))
    assert best(one) == Score(0, 2, 189)
