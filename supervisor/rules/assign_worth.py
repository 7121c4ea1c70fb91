"""What the best answer in parts says, in which a need may be met by several people at once.

It says what each limit is worth, and how far each pair is from being part of such an answer. Its
prices are only nearly right, found by a first-order method that can be stopped at any time: what
they prove is proved by a flow in whole numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.pdlp import solvers_pb2
from ortools.pdlp.python import pdlp
from scipy.sparse import csc_array

from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_problem import Aim, Problem
from supervisor.rules.fit_lists import Column, Points

NEARLY = 1e-4


@dataclass(frozen=True)
class Worth:
    """`limits` is the worth of one more of each row of `Problem.limits`, `counts` that of one less
    of each count that is held; `loss` what each pair costs."""

    limits: Column
    counts: Column
    loss: Column

    def per(self, points: float) -> "Worth":
        """The same in so many points."""
        return Worth(*(part / points for part in (self.limits, self.counts, self.loss)))


def worth(problem: Problem, aim: Aim, seconds: float) -> Worth:
    """Of the best answer in parts, or one that is near it as far as there was time."""
    model = Model(problem)
    points = model.columns(aim.points, loaded=aim.loaded)
    held = [(model.columns(count, loaded=False), least) for count, least in aim.held(problem)]
    rows, most = model.with_least(held)
    highest = np.where(np.arange(model.width) < len(problem), np.inf, 1)
    each = _prices(rows, most, points, highest, seconds)
    loss = np.maximum(0, rows.T @ each - points)[: len(problem)]
    return Worth(each[model.limits], each[len(model.most) :], loss)


def _prices(rows: Any, most: Column, points: Points, highest: Column, seconds: float) -> Column:
    """What each row is worth. A pair has no limit of its own, which would hide what its need is
    worth."""
    program: Any = pdlp.QuadraticProgram()
    program.resize_and_initialize(len(points), len(most))
    program.constraint_matrix = csc_array(rows, dtype=np.float64)
    program.objective_vector = -points.astype(np.float64)
    program.constraint_lower_bounds = np.full(len(most), -np.inf)
    program.constraint_upper_bounds = most.astype(np.float64)
    program.variable_lower_bounds = np.zeros(len(points))
    program.variable_upper_bounds = highest
    answer: Any = pdlp.primal_dual_hybrid_gradient(program, _how(seconds))
    prices: Column = np.maximum(0.0, -np.asarray(answer.dual_solution))
    return prices


def _how(seconds: float) -> Any:
    how = solvers_pb2.PrimalDualHybridGradientParams()
    end = how.termination_criteria
    end.simple_optimality_criteria.eps_optimal_relative = NEARLY
    end.simple_optimality_criteria.eps_optimal_absolute = NEARLY
    end.time_sec_limit = seconds
    return how
