"""A lawful pair to change one thing of, and what becomes of it.

Ben, a worker in Cromwell, wants an hour of peer supervision at a time; Ana, in Dunedin, offers it.
They work for different employers, and nothing stands between them.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import RULES
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_terms import TERMS
from supervisor.rules.fit_values import Need, Offer, Party, Provider
from supervisor.rules.kinds import Kind, Mode

ON = date(2027, 2, 10)
CROMWELL, DUNEDIN = (-45.04, 169.2), (-45.87, 170.5)
WEEK = tuple((day, 540, 900) for day in range(5))

BEN = Party(
    id=1,
    ref="ben",
    point=CROMWELL,
    region="OTA",
    land="South",
    perspectives=frozenset({"consumer"}),
    modes=frozenset({Mode.VIDEO, Mode.PHONE}),
    years=2,
    windows=WEEK,
    zone="Pacific/Auckland",
    organisations=frozenset({1}),
)
ANA = replace(BEN, id=2, ref="ana", point=DUNEDIN, years=7, organisations=frozenset({2}))
NEED = Need(BEN, Kind.PEER_SUPERVISION, id=1, ref="ben-2027", minutes=60, effort=600)
OFFER = Offer(capacity=4, vetted_until=date(2028, 12, 31))


def table(
    *,
    ben: dict[str, Any] | None = None,
    ana: dict[str, Any] | None = None,
    need: dict[str, Any] | None = None,
    offer: dict[str, Any] | None = None,
    provider: dict[str, Any] | None = None,
    day: Day | None = None,
) -> Table:
    """The two of them, with what is given changed."""
    wanted = replace(NEED, worker=replace(BEN, **(ben or {})), **(need or {}))
    offers = {wanted.kind: replace(OFFER, **(offer or {}))}
    her = Provider(replace(ANA, **(ana or {})), offers, **(provider or {}))
    return Table([wanted], [her], day or Day(ON))


def pair(*, runs: bool = False, **changes: Any) -> Pairs:
    """The pair alone; `runs` says that Ana holds the match already."""
    both = table(**changes)
    kind, row = both.needs[0].kind, np.array([0])
    return Pairs(both, kind, row, row, np.array([runs]))


def fails(**changes: Any) -> list[str]:
    """The rules that the pair fails."""
    x = pair(**changes)
    return [rule.name for rule in RULES if rule.asked(x.kind) and not rule.holds(x)[0]]


def earns(name: str, **changes: Any) -> int:
    """The points of one term."""
    return int(next(term for term in TERMS if term.name == name).earned(pair(**changes))[0])


def settings(**changes: Any) -> Day:
    return Day(ON, FitSettings(**changes))
