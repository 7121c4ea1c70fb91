"""The traps of matching, each with what is right, by the exact way and by flows."""

import numpy as np
import pytest

from supervisor.rules.assign import AssignSettings, Score, solve
from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_chain import chained
from supervisor.rules.assign_exact import exact
from supervisor.rules.assign_greedy import by_hand
from tests.assign_cases import Give, Want, crowd, is_lawful, met, problem

ANA, BEN, CLEO, DAN, MERE, RUA = range(1, 7)
WAYS = {"exact": AssignSettings(), "flow": AssignSettings(exact_needs=0)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> AssignSettings:
    return WAYS[request.param]


def test_an_empty_hub_has_an_answer(way: AssignSettings) -> None:
    answer = solve(problem([], [], {}), way)
    assert answer.chosen.tolist() == []
    assert (answer.reached, answer.most, answer.proved) == (Score(), Score(), True)


def test_nobody_who_fits_leaves_a_need_unmet_and_says_so(way: AssignSettings) -> None:
    answer = solve(problem([Want(BEN), Want(DAN)], [Give(ANA)], {(0, 0): 100}), way)
    assert (answer.reached, answer.most) == (Score(0, 1, 100), Score(0, 1, 100))


def test_hours_without_a_place_are_no_room(way: AssignSettings) -> None:
    asked = problem([Want(BEN)], [Give(ANA, places=(0, 3), minutes=600)], {(0, 0): 100})
    assert solve(asked, way).most == Score()


def test_a_place_without_hours_is_no_room(way: AssignSettings) -> None:
    asked = problem([Want(BEN, effort=601)], [Give(ANA, minutes=600)], {(0, 0): 100})
    assert solve(asked, way).most == Score()


def test_hours_are_held_over_all_matches_together(way: AssignSettings) -> None:
    wants = [Want(BEN, effort=400), Want(DAN, effort=300), Want(RUA, effort=300)]
    fits = {(0, 0): 900, (1, 0): 100, (2, 0): 100}
    answer = solve(problem(wants, [Give(ANA, minutes=600)], fits), way)
    assert answer.reached == Score(0, 2, 200)
    assert answer.most.met == 2


def test_two_needs_of_one_worker_cannot_share_their_only_provider(way: AssignSettings) -> None:
    asked = problem([Want(BEN, 0), Want(BEN, 1)], [Give(ANA)], {(0, 0): 100, (1, 0): 120})
    answer = solve(asked, way)
    assert met(asked, answer.chosen) == {1: 0}
    assert answer.most == Score(0, 1, 120)


def test_a_hub_may_let_a_provider_wear_two_hats(way: AssignSettings) -> None:
    wants = [Want(BEN, 0), Want(BEN, 1)]
    asked = problem(wants, [Give(ANA)], {(0, 0): 100, (1, 0): 120}, one_hat=False)
    assert solve(asked, way).reached == Score(0, 2, 220)


@pytest.mark.parametrize("one_hat", [True, False])
def test_two_people_do_not_supervise_each_other(way: AssignSettings, one_hat: bool) -> None:
    wants, gives = [Want(BEN, 0), Want(ANA, 1)], [Give(ANA), Give(BEN)]
    asked = problem(wants, gives, {(0, 0): 100, (1, 1): 120}, one_hat=one_hat)
    assert met(asked, solve(asked, way).chosen) == {1: 1}


def test_a_new_period_with_the_same_provider_is_the_same_match(way: AssignSettings) -> None:
    wants = [Want(BEN, 0), Want(BEN, 0), Want(ANA, 0)]
    asked = problem(wants, [Give(ANA), Give(BEN)], {(0, 0): 100, (1, 0): 100, (2, 1): 150})
    assert met(asked, solve(asked, way).chosen) == {0: 0, 1: 0}


@pytest.mark.parametrize(
    ("held", "reached"),
    [
        ((BEN, ANA, 0), Score(0, 1, 100)),
        ((BEN, ANA, 1), Score()),
        ((ANA, BEN, 0), Score()),
        ((BEN, CLEO, 1), Score(0, 1, 100)),
    ],
    ids=["the same goes on", "another kind", "the other direction", "somebody else"],
)
def test_a_match_that_stays_is_the_only_one_of_the_two(
    way: AssignSettings, held: tuple[int, int, int], reached: Score
) -> None:
    asked = problem([Want(BEN)], [Give(ANA)], {(0, 0): 100}, [held])
    assert solve(asked, way).reached == reached


def test_a_scarce_provider_goes_to_the_mandatory_need(way: AssignSettings) -> None:
    wants = [Want(BEN, mandatory=True), Want(DAN)]
    asked = problem(wants, [Give(ANA, places=(1, 0))], {(0, 0): 1, (1, 0): 900})
    assert met(asked, solve(asked, way).chosen) == {0: 0}


def test_one_mandatory_need_comes_before_two_others(way: AssignSettings) -> None:
    wants = [Want(BEN, effort=600, mandatory=True), Want(DAN, effort=300), Want(RUA, effort=300)]
    fits = {(0, 0): 1, (1, 0): 900, (2, 0): 900}
    answer = solve(problem(wants, [Give(ANA, minutes=600)], fits), way)
    assert answer.reached == Score(1, 1, 1)
    assert answer.most.mandatory == 1


def test_a_chain_of_moves_meets_everybody_where_the_best_first_would_not(
    way: AssignSettings,
) -> None:
    """Each fits best whom the one before has nobody else but."""
    wants = [Want(worker) for worker in range(10, 16)]
    gives = [Give(person, places=(1, 0)) for person in range(20, 26)]
    fits = {(n, n): 100 for n in range(6)} | {(n, n - 1): 300 for n in range(1, 6)}
    asked = problem(wants, gives, fits)
    assert by_hand(asked).size == 5
    answer = solve(asked, way)
    assert answer.reached == Score(0, 6, 600)
    assert answer.most.met == 6


def test_everybody_wants_the_same_one(way: AssignSettings) -> None:
    wants = [Want(worker) for worker in range(10, 18)]
    gives = [Give(ANA, places=(3, 0)), Give(CLEO, places=(3, 0))]
    fits = {(n, 0): 400 - n for n in range(8)} | {(n, 1): 100 for n in range(8)}
    answer = solve(problem(wants, gives, fits), way)
    assert answer.reached == Score(0, 6, 400 + 399 + 398 + 300)
    assert answer.proved


def test_load_is_shared_out(way: AssignSettings) -> None:
    """A second person costs Ana 200 × 1 ÷ 4 = 50, a third 100; Cleo, full of others, more."""
    wants = [Want(worker) for worker in range(10, 13)]
    gives = [Give(ANA, places=(3, 1)), Give(CLEO, places=(1, 0), running=2, capacity=3)]
    fits = {(n, p): 200 for n in range(3) for p in range(2)}
    asked = problem(wants, gives, fits, load=200)
    answer = solve(asked, way)
    assert sorted(met(asked, answer.chosen).values()) == [0, 0, 0]
    assert answer.reached == answer.most == Score(0, 3, 600 - 50 - 100)


def test_ties_everywhere_give_the_same_answer_in_any_order(way: AssignSettings) -> None:
    """Each has room for two, of whom the second costs 200 × 1 ÷ 2."""
    wants = [Want(worker, effort=60) for worker in range(10, 16)]
    gives = [Give(person, places=(2, 0), minutes=120) for person in range(20, 24)]
    fits = {(n, p): 100 for n in range(6) for p in range(4)}
    answers = []
    for order in (sorted(fits), sorted(fits, reverse=True)):
        asked = problem(wants, gives, {pair: fits[pair] for pair in order}, load=200)
        answers.append(met(asked, solve(asked, way).chosen))
        assert solve(asked, way).reached == Score(0, 6, 600 - 2 * 100)
    assert answers[0] == answers[1]


def test_without_time_the_answer_is_still_as_good_as_by_hand(way: AssignSettings) -> None:
    asked = crowd(1, 150)
    answer, by = solve(asked, way, seconds=0), asked.score(by_hand(asked))
    assert is_lawful(asked, answer.chosen.tolist())
    assert by <= answer.reached <= answer.most
    assert answer.most.total > answer.reached.total


def test_what_was_not_proved_first_is_not_relied_on_later() -> None:
    """Only where no more mandatory needs can be met does their number bound the total."""
    asked = crowd(1, 390, mandatory=True)
    found = exact(asked, Budget(0))
    reached = asked.score(found.chosen)
    assert found.most.mandatory > reached.mandatory
    assert found.most.total == asked.ceiling.total


def test_neighbourhoods_make_an_answer_better() -> None:
    asked = crowd(2, 20)
    heard: list[tuple[Score, Score]] = []
    small = AssignSettings(exact_needs=0, rounds=4, near_needs=6, near_nodes=1)
    answer = solve(asked, small, say=lambda *scores: heard.append(scores))
    assert is_lawful(asked, answer.chosen.tolist())
    assert heard[0][0] < answer.reached <= answer.most


def test_moving_others_along_stops_when_time_is_over() -> None:
    asked = problem([Want(BEN)], [Give(ANA)], {(0, 0): 100})
    nobody = np.zeros(0, np.intp)
    assert chained(asked, nobody, asked.fit, Budget(0)).size == 0
    assert chained(asked, nobody, asked.fit, Budget(60)).size == 1


def test_progress_is_told_and_only_grows(way: AssignSettings) -> None:
    wants = [Want(worker) for worker in range(10, 14)]
    gives = [Give(person) for person in range(20, 22)]
    asked = problem(wants, gives, {(0, 0): 100, (1, 0): 100, (2, 1): 100, (3, 1): 100})
    heard: list[tuple[Score, Score]] = []
    answer = solve(asked, way, say=lambda *scores: heard.append(scores))
    reached, most = ([scores[of] for scores in heard] for of in (0, 1))
    assert heard[-1] == (answer.reached, answer.most)
    assert reached == sorted(reached)
    for counted in zip(*most, strict=True):
        assert list(counted) == sorted(counted, reverse=True)
