"""What the best answer in parts says of pairs and of counts."""

import numpy as np
import pytest

from supervisor.rules.assign import Problem, parts
from supervisor.rules.assign_problem import Aim
from supervisor.rules.assign_worth import Worth, worth
from tests.assign_cases import Give, Want, crowd, problem

ANA, BEN, CLEO, DAN, RUA = range(1, 6)
LONG = 600.0


def total(asked: Problem, met: int, seconds: float = LONG) -> Worth:
    return worth(asked, Aim(asked.fit, (0, met)), seconds)


def test_pairs_of_the_best_answer_cost_nothing_and_others_what_they_lose() -> None:
    """Dan with Ana and Ben with Cleo comes to 100 less."""
    gives = [Give(ANA, places=(1, 0)), Give(CLEO, places=(1, 0))]
    fits = {(0, 0): 300, (0, 1): 100, (1, 0): 200, (1, 1): 100}
    found = total(problem([Want(BEN), Want(DAN)], gives, fits), 2)
    best, other = found.loss[[0, 3]], found.loss[[1, 2]]
    assert best == pytest.approx([0, 0], abs=1)
    assert other.sum() == pytest.approx(100, abs=1)


def test_two_needs_that_must_be_met_in_the_place_of_a_better_one_have_a_price() -> None:
    wants = [Want(BEN, effort=400), Want(DAN, effort=300), Want(RUA, effort=300)]
    fits = {(0, 0): 900, (1, 0): 100, (2, 0): 100}
    asked = problem(wants, [Give(ANA, minutes=600)], fits)
    held, free = (total(asked, met) for met in (2, 0))
    assert held.counts[1] > 600
    assert free.counts.tolist() == [0, 0]


def test_without_time_no_price_is_said_and_a_pair_costs_nothing() -> None:
    found = total(crowd(2, 200), 0, seconds=0)
    assert not found.limits.any()
    assert not found.loss.any()


def test_only_two_who_could_supervise_each_other_join_parts_that_share_nobody() -> None:
    wants, gives = [Want(BEN), Want(ANA)], [Give(ANA), Give(BEN), Give(CLEO)]
    both = problem(wants, gives, {(0, 0): 100, (1, 1): 100})
    one = problem(wants, gives, {(0, 0): 100, (1, 2): 100})
    assert [part.tolist() for part in parts(both)] == [[0, 1]]
    assert sorted(part.tolist() for part in parts(one)) == [[0], [1]]
    assert np.array_equal(both.only(np.array([1])).need, [0])
