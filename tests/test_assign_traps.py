"""Traps of the rules, from people to the answer: the obvious pair leaves somebody with nobody.

Ana and Rua each have one place. Dan put Ana first, and fits her best; but Ben may not have Rua,
so that Ana must go to Ben and Rua to Dan.
"""

from dataclasses import replace
from typing import Any

import pytest

from supervisor.matches.matching import problem_of
from supervisor.rules.assign import AssignSettings, Problem, Score, solve
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.distance import km_between
from supervisor.rules.fit import candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from supervisor.rules.fit_values import Provider
from supervisor.rules.kinds import Mode
from tests.assign_cases import met
from tests.pairs import ANA, BEN, CROMWELL, DUNEDIN, NEED, OFFER, ON

DAN_ID, RUA_ID, MERE_ID = 3, 4, 5
MEET = frozenset({Mode.IN_PERSON})
KM = km_between(CROMWELL, DUNEDIN)
NINE = 9 * 60
WEDNESDAY = 2
EACH = 100 + 60
"""The base, and time at its most."""
HERE = 150
"""Near, where they live in the same place."""


def hub(ben: Any, dan: Any, ana: Any, rua: Any, current: int | None) -> Problem:
    """Ben's need and Dan's, Ana and Rua, each with what is given changed."""
    first = replace(BEN, **ben)
    second = replace(BEN, **{"id": DAN_ID, "ref": "dan", "choices": {ANA.id: 1}} | dan)
    needs = [
        replace(NEED, worker=first, current=current),
        replace(NEED, worker=second, id=DAN_ID, ref="dan-2027"),
    ]
    one_place = {NEED.kind: replace(OFFER, capacity=1)}
    people = replace(ANA, **ana), replace(ANA, **{"id": RUA_ID, "ref": "rua"} | rua)
    made = settled(Table(needs, [Provider(one, one_place) for one in people], Day(ON)))
    return problem_of(made, candidates(made.table, made.open))


def at(point: tuple[float, float], travel_km: int = 50) -> dict[str, object]:
    return {"point": point, "modes": MEET, "travel_km": travel_km}


def free(hour: int, zone: str = "Pacific/Auckland") -> dict[str, object]:
    return {"windows": ((WEDNESDAY, hour, hour + 60),), "zone": zone}


TRAPS: dict[str, tuple[dict[str, Any], int]] = {
    "a manager two levels up": (
        {"ben": {"above": frozenset({MERE_ID, RUA_ID})}},
        EACH + EACH,
    ),
    "reach exactly at the limit, and one beyond it": (
        {
            "ben": at(CROMWELL, KM),
            "ana": at(DUNEDIN, KM),
            "rua": at(DUNEDIN, KM - 1),
            "dan": at(DUNEDIN),
        },
        EACH + EACH + HERE,
    ),
    "the date line, and the other side of the world": (
        {
            "ben": at((-44.0, 179.9), 16),
            "ana": at((-44.0, -179.9), 20_000),
            "rua": at((40.0, -4.0)),
            "dan": at((40.0, -4.0), 20_000),
        },
        EACH + 150 - 150 * 15 // 16 + EACH + HERE,
    ),
    "another time zone": (
        {
            "ben": free(NINE),
            "rua": free(NINE, "Australia/Sydney"),
            "dan": {"windows": ((WEDNESDAY, NINE + 120, NINE + 180),)},
        },
        110 + 110,
    ),
    "a current provider who is forbidden now": (
        {"ben": {"against": frozenset({RUA_ID})}, "current": RUA_ID},
        EACH + EACH,
    ),
}


@pytest.mark.parametrize("settings", [AssignSettings(), AssignSettings(exact_needs=0)],
                         ids=["exact", "flow"])  # fmt: skip
@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_of_the_rules_is_walked_around(trap: str, settings: AssignSettings) -> None:
    changes, total = TRAPS[trap]
    nothing: dict[str, Any] = {"ben": {}, "dan": {}, "ana": {}, "rua": {}, "current": None}
    asked = hub(**(nothing | changes))
    assert by_hand(asked).size == 1
    answer = solve(asked, settings)
    assert met(asked, answer.chosen) == {0: 0, 1: 1}
    assert answer.reached == answer.most == Score(0, 2, total)
