"""Who may be matched and how well they fit: all pairs of a hub, the best for one need, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import Flags, Points, Rows
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_terms import TERMS, fit
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Reader
from supervisor.rules.words import Words

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


@dataclass(frozen=True)
class Hub:
    """Everybody on a day, the matches that stay (`kept`), and the needs that are open.

    The table counts what `kept` takes of each provider's places and hours.
    """

    table: Table
    kept: Candidates
    open: Rows


def settled(table: Table, *, reopen: bool = False) -> Hub:
    """Matches that run and are lawful stay, also where they exceed a capacity together."""
    needs, providers = _running(table)
    if reopen:
        needs, providers = needs[:0], providers[:0]
    kept = _alone(table, _by_kind(table, needs, providers))
    table.keep(kept.need, kept.provider)
    return Hub(table, kept, np.setdiff1d(np.arange(len(table.needs)), kept.need))


def _running(table: Table) -> tuple[Rows, Rows]:
    row_of = {provider.party.id: row for row, provider in enumerate(table.providers)}
    held = [
        (row, row_of[need.current])
        for row, need in enumerate(table.needs)
        if need.current in row_of
    ]
    rows = np.array(held, np.intp).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _by_kind(table: Table, needs: Rows, providers: Rows) -> Candidates:
    kinds = np.array([table.needs[row].kind for row in needs], dtype=object)
    found = [
        lawful(Pairs(table, kind, needs[of], providers[of], np.ones(of.sum(), np.bool_)))
        for kind in MATCHED_KINDS
        if (of := kinds == kind).any()
    ]
    return _together([Candidates(x.needs, x.providers, fit(x)) for x in found])


def _alone(table: Table, kept: Candidates) -> Candidates:
    """One match between two people, in either direction: a mandatory one stays before others.
    The same kind again, in a new period, is the same match."""
    first: dict[frozenset[int], tuple[int, Kind]] = {}
    stays = np.zeros(len(kept), np.bool_)
    optional = np.array([not table.needs[row].mandatory for row in kept.need], np.bool_)
    for row in np.argsort(optional, kind="stable"):
        need, provider = table.needs[kept.need[row]], table.providers[kept.provider[row]]
        both = frozenset({need.worker.id, provider.party.id})
        stays[row] = first.setdefault(both, (need.worker.id, need.kind)) == (
            need.worker.id,
            need.kind,
        )
    return Candidates(kept.need[stays], kept.provider[stays], kept.fit[stays])


def candidates(table: Table, needs: Rows | None = None) -> Candidates:
    """All legal pairs, or those of some needs, by row of need and of provider.

    Region by region and at most so many at once: memory does not grow with the hub's square.
    """
    rows = np.arange(len(table.needs)) if needs is None else needs
    return _together([Candidates(x.needs, x.providers, fit(x)) for x in _all_lawful(table, rows)])


def _all_lawful(table: Table, needs: Rows) -> Iterator[Pairs]:
    groups: defaultdict[tuple[Kind, str | None], list[int]] = defaultdict(list)
    for row in needs.tolist():
        need = table.needs[row]
        groups[need.kind, need.worker.region].append(row)
    for (kind, _region), rows in groups.items():
        providers = _serving(table, kind, rows[0])
        step = max(1, AT_ONCE // max(1, len(providers)))
        for start in range(0, len(rows), step):
            some = np.array(rows[start : start + step], np.intp)
            yield lawful(_cross(table, kind, some, providers), BY_PAIR)


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
    """The pairs that every rule lets pass."""
    for rule in rules:
        if rule.asked(pairs.kind):
            passed: Flags = rule.holds(pairs)
            pairs = pairs if passed.all() else pairs.where(passed)
    return pairs


def _together(parts: Sequence[Candidates]) -> Candidates:
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
    found = lawful(_cross(table, kind, np.array([need]), _serving(table, kind, need)), BY_PAIR)
    found = lawful(found.where(found.p.id != found.need.current), ROOM)
    return found.where(np.lexsort((found.providers, -fit(found)))[:count])


def asked(table: Table, need: int, providers: Rows) -> Pairs:
    """A need with some providers, whether they may be matched or not."""
    needs = np.full(len(providers), need)
    people = table.people["id"][table.person[providers]]
    runs = people == table.need["current"][need]
    return Pairs(table, table.needs[need].kind, needs, providers, runs)


def reasons(pairs: Pairs, *, of_need: bool = False) -> list[list[Words]]:
    """For each pair the words of the terms that count, the most points first; with `of_need`
    those that are the same for every provider too."""
    terms = [term for term in TERMS if term.why and (of_need or not term.of_need)]
    points = np.array([term.earned(pairs) for term in terms])
    order = np.argsort(-points, axis=0, kind="stable")
    return [
        _once(terms[n].why(pair) for n in order[:, row] if points[n, row] > 0)
        for row, pair in enumerate(pairs)
    ]


def drawbacks(pairs: Pairs) -> list[list[Words]]:
    """For each pair what does not fit as well, where that may be said."""
    return [_once(words for term in TERMS if (words := term.but(pair))) for pair in pairs]


def obstacles(pairs: Pairs, reader: Reader) -> list[list[Words]]:
    """For each pair the rules that it fails, in the words for who asks."""
    rules = [rule for rule in (*RULES, *ROOM) if rule.asked(pairs.kind)]
    fails = [~rule.holds(pairs) for rule in rules]
    return [
        _once(rule.why_not(pair, reader) for rule, no in zip(rules, fails, strict=True) if no[row])
        for row, pair in enumerate(pairs)
    ]


def _once(words: Iterable[Words]) -> list[Words]:
    """Two private things in common read the same, and are said once."""
    return list({str(one): one for one in words}.values())
