"""The few providers whom the flow leaves short, solved whole: who meets on which day, and when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import floor

import numpy as np
from ortools.sat.python import cp_model

from supervisor.rules.plan_flow import DAYS_A_WEEK, in_weeks
from supervisor.rules.plan_values import Limits, Slots

HAIR = 1e-6
SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Model:
    """One provider's sessions: for each ask and day, whether they meet then, and at what start."""

    def __init__(self, several: Sequence[Slots], limits: Limits) -> None:
        self.model = cp_model.CpModel()
        self.days: dict[int, list[tuple[cp_model.IntVar, cp_model.IntervalVar]]] = defaultdict(list)
        self.asks = [self._ask(one, limits) for one in several]
        for meetings in self.days.values():
            self.model.add_no_overlap([during for _meets, during in meetings])

    def _ask(
        self, one: Slots, limits: Limits
    ) -> dict[int, tuple[cp_model.IntVar, cp_model.IntVar]]:
        mine = {}
        for day, group in groupby(
            zip(one.day.tolist(), one.at.tolist(), strict=True), lambda x: x[0]
        ):
            starts = cp_model.Domain.from_values([at for _day, at in group])
            meets, at = self.model.new_bool_var(""), self.model.new_int_var_from_domain(starts, "")
            during = self.model.new_optional_fixed_size_interval_var(at, one.ask.minutes, meets, "")
            self.days[day].append((meets, during))
            mine[day] = meets, at
        self.model.add(sum(meets for meets, _at in mine.values()) <= len(one.ask.aims))
        for day in mine:
            near = [mine[day + n][0] for n in range(limits.gap) if day + n in mine]
            self.model.add_at_most_one(near)
        return mine

    def keep_room(self, held: Mapping[int, int], limits: Limits) -> None:
        """No day and no week holds more meetings than it may."""
        weeks = in_weeks(held)
        by_week: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for day, meetings in self.days.items():
            here = [meets for meets, _during in meetings]
            by_week[day - (day - 1) % DAYS_A_WEEK] += here
            self.model.add(sum(here) <= max(0, limits.most_a_day - held.get(day, 0)))
        for week, here in by_week.items():
            self.model.add(sum(here) <= max(0, limits.most_a_week - weeks[week]))

    def begin_with(self, several: Sequence[Slots], placed: Sequence[Sequence[int]]) -> None:
        """What was found so far is where to begin."""
        for one, mine, starts in zip(several, self.asks, placed, strict=True):
            days = dict(
                zip(one.ask.clock.day(np.array(starts, np.int64)).tolist(), starts, strict=True)
            )
            for day, (meets, at) in mine.items():
                self.model.add_hint(meets, day in days)
                if day in days:
                    self.model.add_hint(at, days[day])


def exact(
    several: Sequence[Slots],
    placed: Sequence[Sequence[int]],
    most: int,
    held: Mapping[int, int],
    limits: Limits,
    effort: float,
) -> tuple[list[list[int]], int]:
    """The starts of each ask, as many as so much effort finds, and how many there can be at most.

    `placed` is where to begin, `most` what is proved already. The effort is counted in steps,
    not in seconds, so that the same question has the same answer.
    """
    made = Model(several, limits)
    made.keep_room(held, limits)
    made.begin_with(several, placed)
    every = [meets for mine in made.asks for meets, _at in mine.values()]
    made.model.add(sum(every) <= most)
    made.model.maximize(sum(every))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    if solver.solve(made.model) not in SOLVED:
        return [list(starts) for starts in placed], most
    found = [
        [solver.value(at) for meets, at in mine.values() if solver.value(meets)]
        for mine in made.asks
    ]
    return found, min(most, floor(solver.best_objective_bound + HAIR))
