"""Forming groups so that as many as possible are in one, proved; then with as few groups as that
takes, those first who have waited longest."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from math import floor
from typing import Any

from ortools.sat.python import cp_model

from supervisor.rules.grouping import Grouped, Made, Open, Question
from supervisor.rules.grouping_greedy import greedy

SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)
HAIR = 1e-6
TIDYING = 5.0
"""Seconds for what comes after the most are placed."""
GROUP_DAYS = 60
"""One group less is worth as much as somebody who has waited two months longer."""
Say = Callable[[int, int], None]
Bool = cp_model.IntVar


class Model:
    """Who comes to which hour, and who leads there. Two who are kept apart are given no hour and
    place in common, in one room or in two."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.model: Any = cp_model.CpModel()
        self.comes = [self._vars(one.people) for one in question.slots]
        self.leads = [self._vars(one.leaders) for one in question.slots]
        for number in range(len(question.slots)):
            self._fill(number)
        self._once_each()
        self._lead_within_hours()
        self._one_in_a_room()
        self._keep_apart()

    def _vars(self, positions: list[int]) -> dict[int, cp_model.IntVar]:
        return {n: self.model.new_bool_var("") for n in positions}

    def _fill(self, number: int) -> None:
        """Nobody comes where nobody leads; each group has enough people, and not too many."""
        most = self.question.most_in(self.question.slots[number].slot)
        sizes, comes = self.question.sizes, self.comes[number].values()
        groups = sum(self.leads[number].values())
        for one in comes:
            self.model.add(one <= groups)
        self.model.add(sum(comes) <= most * groups)
        self.model.add(sum(comes) >= sizes.least * groups)

    def _once_each(self) -> None:
        for n in range(len(self.question.people)):
            self.model.add_at_most_one(of[n] for of in self.comes if n in of)

    def _lead_within_hours(self) -> None:
        """Nobody leads more groups than they can, nor is in two at one time."""
        asked = {one.id: n for n, one in enumerate(self.question.people)}
        for n, leader in enumerate(self.question.leaders):
            theirs = [(k, of[n]) for k, of in enumerate(self.leads) if n in of]
            self.model.add(sum(one for _k, one in theirs) <= leader.groups)
            member = asked.get(leader.id)
            theirs += [(k, of[member]) for k, of in enumerate(self.comes) if member in of]
            self._never_two_at_once(theirs)

    def _one_in_a_room(self) -> None:
        rooms: dict[int, list[tuple[int, Bool]]] = defaultdict(list)
        for k, (one, leads) in enumerate(zip(self.question.slots, self.leads, strict=True)):
            if one.slot.room is not None:
                rooms[one.slot.room] += [(k, lead) for lead in leads.values()]
        for here in rooms.values():
            self._never_two_at_once(here)

    def _never_two_at_once(self, theirs: list[tuple[int, cp_model.IntVar]]) -> None:
        slots, minutes = self.question.slots, self.question.sizes.minutes
        for start in {slots[k].slot.start for k, _one in theirs}:
            here = [one for k, one in theirs if 0 <= slots[k].slot.start - start < minutes]
            self.model.add_at_most_one(here)

    def _keep_apart(self) -> None:
        people, leaders = self.question.people, self.question.leaders
        both = self._by_place(self.comes), self._by_place(self.leads)
        for comes, leads in zip(*both, strict=True):
            for one, other in combinations(comes, 2):
                if self.question.are_apart(people[one].id, people[other].id):
                    self.model.add_at_most_one(*comes[one], *comes[other])
            for one, leader in ((a, b) for a in comes for b in leads):
                if self.question.are_apart(people[one].id, leaders[leader].id):
                    self.model.add_at_most_one(*comes[one], *leads[leader])

    def _by_place(self, of: Sequence[Mapping[int, Bool]]) -> Iterable[dict[int, list[Bool]]]:
        """For each hour and place, in any of its rooms, what says that somebody is there."""
        places: dict[Any, dict[int, list[Bool]]] = {}
        for slot, there in zip(self.question.slots, of, strict=True):
            place = places.setdefault(slot.slot.where, defaultdict(list))
            for n, variable in there.items():
                place[n].append(variable)
        return places.values()

    def everybody(self) -> Any:
        """How many are in a group."""
        return sum(one for of in self.comes for one in of.values())

    def waits(self) -> Any:
        """For how long those who are in one have waited, less what each group costs."""
        people = self.question.people
        waited = sum(people[n].waited * one for of in self.comes for n, one in of.items())
        return waited - GROUP_DAYS * sum(one for of in self.leads for one in of.values())

    def begin_with(self, groups: list[Made]) -> None:
        """What was found so far is where to begin."""
        people = [one.id for one in self.question.people]
        leaders = [one.id for one in self.question.leaders]
        self.model.clear_hints()
        for number, one in enumerate(self.question.slots):
            here = [made for made in groups if made.slot == one.slot]
            inside, lead = {p for m in here for p in m.people}, {m.leader for m in here}
            for n, comes in self.comes[number].items():
                self.model.add_hint(comes, people[n] in inside)
            for n, leads in self.leads[number].items():
                self.model.add_hint(leads, leaders[n] in lead)

    def groups(self, solver: Any) -> list[Made]:
        """What the solver chose; where two groups meet at one hour, people are dealt out evenly."""
        made = []
        for one, comes, leads in zip(self.question.slots, self.comes, self.leads, strict=True):
            lead = [n for n, variable in leads.items() if solver.value(variable)]
            inside = [n for n, variable in comes.items() if solver.value(variable)]
            made += [self._made(one, n, inside[k :: len(lead)]) for k, n in enumerate(lead)]
        return made

    def _made(self, one: Open, leader: int, inside: list[int]) -> Made:
        people = tuple(self.question.people[n].id for n in inside)
        return Made(self.question.leaders[leader].id, one.slot, people)


class Progress(cp_model.CpSolverSolutionCallback):
    """Tells how far it has come."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self.say = say

    def on_solution_callback(self) -> None:
        """Something better was found."""
        self.say(round(self.objective_value), floor(self.best_objective_bound + HAIR))


def solve(question: Question, seconds: float, say: Say = lambda _placed, _most: None) -> Grouped:
    """Groups for as many as there is time to find, and how many there can be at most."""
    begun = greedy(question)
    most = _able(question)
    if not begun:
        return Grouped([], 0)
    model = Model(question)
    model.begin_with(begun)
    model.model.maximize(model.everybody())
    solver = _solver(seconds)
    if solver.solve(model.model, Progress(say)) not in SOLVED:
        return Grouped(begun, most)
    found = model.groups(solver)
    most = min(most, floor(solver.best_objective_bound + HAIR))
    left = max(1.0, min(TIDYING, seconds - solver.wall_time))
    return Grouped(_fewest(model, found, left), most)


def _able(question: Question) -> int:
    """Those who can come to any hour at all."""
    return len({n for one in question.slots for n in one.people})


def _fewest(model: Model, found: list[Made], seconds: float) -> list[Made]:
    """As many people in fewer groups, and those who have waited longest."""
    placed = sum(len(one.people) for one in found)
    model.model.add(model.everybody() >= placed)
    model.begin_with(found)
    model.model.maximize(model.waits())
    solver = _solver(seconds)
    return model.groups(solver) if solver.solve(model.model) in SOLVED else found


def _solver(seconds: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = seconds
    return solver
