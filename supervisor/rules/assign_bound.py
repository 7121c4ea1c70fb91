"""What no answer of a large hub exceeds, as flows at prices prove it."""

import numpy as np

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_flow import Network, Prices
from supervisor.rules.assign_problem import Aim, Problem
from supervisor.rules.assign_worth import Worth, worth

WEIGHING = 0.75


class Bounds:
    """The bounds of one problem."""

    def __init__(self, problem: Problem, network: Network, settings: AssignSettings) -> None:
        self.problem, self.network, self.settings = problem, network, settings

    def moved(self, aim: Aim, reached: int, rough: Worth, budget: Budget) -> int:
        """What no answer has more of: prices are moved from nothing or from rough ones, whichever
        proves more, until so much as was reached is proved."""
        prices = min(self._begun(aim, None), self._begun(aim, rough), key=lambda one: one.bound)
        while prices.bound > reached and prices.moves < self.settings.rounds and not budget.over:
            prices.move()
        return prices.bound

    def weighed(
        self, aim: Aim, reached: int, rough: Worth, budget: Budget
    ) -> tuple[int, Worth | None]:
        """The same by the prices of the best answer in parts, which prove all that prices can;
        and what each pair is worth in it. Where there is no time for it, they are moved."""
        each = worth(self.problem, aim, budget.share(WEIGHING).left)
        if each is None:
            return self.moved(aim, reached, rough, budget), None
        return self._begun(aim, each).bound, each

    def _begun(self, aim: Aim, each: Worth | None) -> Prices:
        """Prices from which one flow was solved."""
        prices = Prices(self.network, self.problem, aim)
        if each is not None:
            prices.begin_at(np.concatenate([each.limits, each.counts[: len(aim.least)]]))
        prices.move()
        return prices
