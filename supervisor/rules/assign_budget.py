"""How long the solver may look, and how hard."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class AssignSettings:
    """How hard the solver looks.

    Hubs with up to `exact_needs` open needs that hang together are solved exactly; where that
    takes long, with at most `bundles` bundles, of providers whose tables have at most
    `bundle_cells`. Above it prices are moved `rounds` times; then neighbourhoods of `near_needs`,
    and of twice as many each time round, are solved exactly, each in at most `near_nodes`
    branches. All of it ends after `seconds`.
    """

    seconds: int = 60
    exact_needs: int = 400
    bundle_cells: int = 20_000_000
    bundles: int = 4_000
    rounds: int = 40
    near_needs: int = 60
    near_nodes: int = 50


class Budget:
    """Seconds that run down."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    @property
    def over(self) -> bool:
        return self.left == 0

    def share(self, part: float) -> "Budget":
        """A part of what is left."""
        return Budget(self.left * part)
