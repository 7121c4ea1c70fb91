"""The few providers whom the flow leaves short, solved whole: who meets on which day, and when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, groupby
from math import floor
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from supervisor.rules.plan_flow import DAYS_A_WEEK, in_weeks
from supervisor.rules.plan_taken import Apart
from supervisor.rules.plan_values import Ask, Limits, Slots

HAIR = 1e-6
SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class Meets(NamedTuple):
    """Whether an ask's two meet on a day, and when."""

    ask: Ask
    meets: cp_model.IntVar
    at: cp_model.IntVar


def _differ(several: Sequence[Slots]) -> bool:
    """Whether more than the provider's own time can lie between two of them."""
    workers, ways = {one.ask.worker for one in several}, {(*one.ask.ways,) for one in several}
    return len(workers) < len(several) or len(ways) > 1


class Model:
    """One provider's sessions: for each ask and day, whether they meet then, and at what start."""

    def __init__(self, several: Sequence[Slots], limits: Limits, apart: Apart) -> None:
        self.model, self.apart = cp_model.CpModel(), apart
        self.days: dict[int, list[Meets]] = defaultdict(list)
        self.asks = [self._ask(one, limits) for one in several]
        for meetings in self.days.values():
            self.model.add_no_overlap([self._during(one, self._least(one)) for one in meetings])
        for day, one, other in self._far() if _differ(several) else ():
            minutes = apart.between(one.ask, other.ask, day)
            if minutes > self._least(one):
                both = [self._during(one, minutes), self._during(other, minutes)]
                self.model.add_no_overlap(both)

    def _least(self, one: "Meets") -> int:
        return self.apart.least(one.ask.provider)

    def _during(self, one: "Meets", after: int) -> cp_model.IntervalVar:
        """A meeting with so many minutes behind it."""
        minutes = one.ask.minutes + after
        return self.model.new_optional_fixed_size_interval_var(one.at, minutes, one.meets, "")

    def _far(self) -> Iterator[tuple[int, "Meets", "Meets"]]:
        """Any two of a day that may be in two places, or are of one worker."""
        for day, meetings in self.days.items():
            for one, other in combinations(meetings, 2):
                a, b = one.ask, other.ask
                if a.worker == b.worker or a.ways != b.ways:
                    yield day, one, other

    def _ask(
        self, one: Slots, limits: Limits
    ) -> dict[int, tuple[cp_model.IntVar, cp_model.IntVar]]:
        mine = {}
        for day, group in groupby(
            zip(one.day.tolist(), one.at.tolist(), strict=True), lambda x: x[0]
        ):
            starts = cp_model.Domain.from_values([at for _day, at in group])
            meets, at = self.model.new_bool_var(""), self.model.new_int_var_from_domain(starts, "")
            self.days[day].append(Meets(one.ask, meets, at))
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
            here = [one.meets for one in meetings]
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
    apart: Apart | None = None,
) -> tuple[list[list[int]], int]:
    """The starts of each ask, as many as so much effort finds, and how many there can be at most.

    `placed` is where to begin, `most` what is proved already. The effort is counted in steps,
    not in seconds, so that the same question has the same answer.
    """
    made = Model(several, limits, apart or Apart())
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
