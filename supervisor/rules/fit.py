"""Who may be matched and how well they fit: all pairs of a hub, or the best for one need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import Flags, Points, Rows
from supervisor.rules.fit_pairs import FEW, Pairs
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_terms import fit
from supervisor.rules.kinds import Kind

AT_ONCE = 1_000_000
BY_REGION = tuple(rule for rule in RULES if rule.by_region)
BY_PAIR = tuple(rule for rule in RULES if not rule.by_region)


@dataclass(frozen=True)
class Candidates:
    """Pairs as rows of the table's needs and providers, with how well each fits."""

    need: Rows
    provider: Rows
    fit: Points

    def __len__(self) -> int:
        return len(self.need)

    def where(self, some: Flags | Rows) -> "Candidates":
        """Some of them, by a flag for each or by their rows."""
        return Candidates(self.need[some], self.provider[some], self.fit[some])


def candidates(table: Table, needs: Rows | None = None) -> Candidates:
    """All legal pairs, or those of some needs, by row of need and of provider.

    Region by region and at most so many at once: memory does not grow with the hub's square.
    """
    some = np.arange(len(table.needs)) if needs is None else needs
    return together([Candidates(x.needs, x.providers, fit(x)) for x in _all_lawful(table, some)])


def _all_lawful(table: Table, needs: Rows) -> Iterator[Pairs]:
    groups: defaultdict[tuple[Kind, str | None], list[int]] = defaultdict(list)
    for row in needs.tolist():
        need = table.needs[row]
        groups[need.kind, need.worker.region].append(row)
    for (kind, _region), group in groups.items():
        providers = _serving(table, kind, group[0])
        step = max(1, AT_ONCE // max(1, len(providers)))
        for start in range(0, len(group), step):
            some = rows(group[start : start + step])
            yield lawful(_cross(table, kind, some, providers), BY_PAIR)
        if table.waived:
            yield lawful(_excepted(table, kind, rows(group), providers))


def _excepted(table: Table, kind: Kind, needs: Rows, serving: Rows) -> Pairs:
    """The pairs with an exception of providers who do not serve the region otherwise."""
    couples = np.unique(np.concatenate(list(table.waived.values())), axis=0)
    need, provider = couples.T
    extra = np.isin(need, needs) & ~np.isin(provider, serving)
    return Pairs(table, kind, need[extra], provider[extra])


def _serving(table: Table, kind: Kind, need: int) -> Rows:
    """Providers whom all rules of a region let pass; any need of the region stands for it, and
    the table remembers them."""
    asked_of = kind, table.needs[need].worker.region
    if asked_of not in table.serving:
        everyone = np.arange(len(table.providers))
        found = lawful(_cross(table, kind, np.array([need]), everyone), BY_REGION)
        table.serving[asked_of] = found.providers
    return table.serving[asked_of]


def _cross(table: Table, kind: Kind, needs: Rows, providers: Rows) -> Pairs:
    return Pairs(table, kind, np.repeat(needs, len(providers)), np.tile(providers, len(needs)))


def lawful(pairs: Pairs, rules: Sequence[Rule] = RULES) -> Pairs:
    """The pairs that every rule lets pass. A few are asked all rules at once: to leave some out
    takes longer than to ask them."""
    asked = [rule for rule in rules if rule.asked(pairs.kind)]
    if len(pairs) <= FEW:
        passed = np.logical_and.reduce([pairs.all(), *(rule.lets_pass(pairs) for rule in asked)])
        return pairs.where(passed)
    for rule in asked:
        passed = rule.lets_pass(pairs)
        pairs = pairs if passed.all() else pairs.where(passed)
    return pairs


def together(parts: Sequence[Candidates]) -> Candidates:
    """All of them by row of need, then of provider."""
    if not parts:
        nobody = np.zeros(0, np.intp)
        return Candidates(nobody, nobody, np.zeros(0, np.int64))
    need, provider, points = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("need", "provider", "fit")
    )
    order = np.argsort(need, kind="stable")
    return Candidates(need[order], provider[order], points[order])


def best(table: Table, need: int, count: int) -> Pairs:
    """Whom to ask for a need: lawful, with room, and not who has it now; the best first."""
    kind = table.needs[need].kind
    row, serving = np.array([need]), _serving(table, kind, need)
    found = lawful(_cross(table, kind, row, serving), BY_PAIR)
    if table.waived:
        found = found.and_(lawful(_excepted(table, kind, row, serving)))
    found = lawful(found.where(found.p.id != found.need.current), ROOM)
    return found.where(np.lexsort((found.providers, -fit(found)))[:count])


def rows(numbers: Iterable[int]) -> Rows:
    """Rows of a table."""
    return np.array(list(numbers), np.intp)


def asked(table: Table, need: int, providers: Rows) -> Pairs:
    """A need with some providers, whether they may be matched or not."""
    needs = np.full(len(providers), need)
    people = table.people["id"][table.person[providers]]
    runs = people == table.need["current"][need]
    return Pairs(table, table.needs[need].kind, needs, providers, runs)
