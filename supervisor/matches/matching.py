"""The whole hub matched at once: everybody's best answer together, and how good it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from supervisor.fits.fits import loaded
from supervisor.matches.match_proposals import Row
from supervisor.models import Store
from supervisor.rules import assign
from supervisor.rules.assign import AssignSettings, Problem, Score
from supervisor.rules.assign_problem import nth_of
from supervisor.rules.excepted import excepted
from supervisor.rules.fit import Candidates, candidates
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_lists import UNKNOWN, Points, Rows
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need
from supervisor.rules.kinds import MATCHED_KINDS
from supervisor.rules.words import N_, Words
from supervisor.settings import read

Say = Callable[[Score, Score], None]
PARTS_PER_THOUSAND = 1000


@dataclass(frozen=True)
class Answer:
    """Every match by the id of its entitlement, those that stay included; and, of as many needs
    as were asked about, those for whom there is nobody.

    `reached` counts those too, and so does `most`, which is proved: no answer comes to more.
    """

    rows: list[Row]
    needs: int
    unmet: list[str]
    reached: Score
    most: Score

    @property
    def summary(self) -> Words:
        """How good it is, in a sentence."""
        return Words(
            N_(
                "met %(met)s of %(needs)s, at most %(most)s can be; "
                "total %(total)s, at most %(more).1f %% more"
            ),
            {
                "met": f"{self.reached.met:,}",
                "needs": f"{self.needs:,}",
                "most": f"{self.most.met:,}",
                "total": f"{self.reached.total:,}",
                "more": self.percent_more,
            },
        )

    @property
    def percent_more(self) -> float:
        """How much more the total could come to at most, rounded up to a tenth."""
        if self.reached.total <= 0:
            return 0.0
        over = max(0, self.most.total - self.reached.total)
        return -(-over * PARTS_PER_THOUSAND // self.reached.total) / 10


@dataclass(frozen=True)
class Question:
    """All that an answer needs of the records: the hub on a day, the pairs that are lawful,
    the needs that are asked about, and which of the matches that run are part of the answer."""

    hub: Hub
    found: Candidates
    needs: Sequence[Need]
    stays: Candidates
    problem: Problem
    settings: AssignSettings


def solve(
    store: Store,
    on: date,
    seconds: float | None = None,
    *,
    reopen: bool = False,
    say: Say = lambda _reached, _most: None,
) -> Answer:
    """Match everybody who is open on the day; with `reopen` those who are matched too."""
    return answer(question(store, on, reopen=reopen), seconds, say)


def question(
    store: Store, on: date, *, reopen: bool = False, fit: FitSettings | None = None
) -> Question:
    """Everybody who is open on the day, by the hub's own settings or by others."""
    return of_hub(store, loaded(store, on, reopen=reopen, fit=fit))


def of_hub(store: Store, hub: Hub, found: Candidates | None = None) -> Question:
    """Everybody who is open there, and `found`, their lawful pairs."""
    found = candidates(hub.table, hub.open) if found is None else found
    return of_pairs(store, hub, found, hub.table.needs, hub.kept)


def of_pairs(
    store: Store, hub: Hub, found: Candidates, needs: Sequence[Need], stays: Candidates
) -> Question:
    """These pairs, beside what the table counts now."""
    return Question(hub, found, needs, stays, problem_of(hub, found), read(store, AssignSettings))


def answer(
    asked: Question,
    seconds: float | None = None,
    say: Say = lambda _reached, _most: None,
) -> Answer:
    """The best answer that there is time for; no record is read or kept waiting meanwhile."""
    table, found = asked.hub.table, asked.found
    stays = _worth(table, asked.stays)
    made = assign.solve(
        asked.problem,
        asked.settings,
        seconds,
        lambda reached, most: say(_sum(stays, reached), _sum(stays, most)),
    )
    rows = [*_rows(table, asked.stays), *_rows(table, found.where(made.chosen))]
    met, over = {row.entitlement for row in rows}, _load_unseen(asked, made.chosen)
    return Answer(
        rows=sorted(rows, key=lambda row: row.entitlement),
        needs=len(asked.needs),
        unmet=[need.ref for need in asked.needs if need.ref not in met],
        reached=_sum(_sum(stays, made.reached), Score(total=-over)),
        most=_sum(stays, made.most),
    )


def _load_unseen(asked: Question, chosen: Rows) -> int:
    """What the load comes to besides, where a pair with an exception stood by itself."""
    problem, provider = asked.problem, np.sort(asked.found.provider[chosen])
    nth = problem.running[provider] + nth_of(provider)
    load = (problem.load * nth // np.maximum(problem.capacity[provider], 1)).sum()
    return int(problem.score(chosen).total - problem.fit[chosen].sum() + load)


def problem_of(hub: Hub, found: Candidates) -> Problem:
    """The lawful pairs of open needs, and what the matches that stay leave free."""
    table = hub.table
    offers = [table.offers[kind] for kind in MATCHED_KINDS]
    places = np.stack([np.maximum(o["capacity"] - o["taken"], 0) for o in offers], axis=1)
    limit, taken = table.provider["minutes_a_year"], table.provider["minutes_taken"]
    people = table.people["id"]
    problem = Problem(
        need=found.need,
        provider=found.provider,
        fit=found.fit,
        mandatory=table.need["mandatory"],
        effort=table.need["effort"],
        kind=_kinds(table),
        worker=people[table.worker],
        person=people[table.person],
        places=places,
        minutes=np.where(limit == UNKNOWN, UNKNOWN, np.maximum(limit - taken, 0)),
        running=_running(hub),
        capacity=_capacity(table),
        held=_held(hub),
        load=table.day.settings.load,
        one_hat=table.day.settings.one_hat,
    )
    return excepted(problem, table)


def _kinds(table: Table) -> Rows:
    return np.array([MATCHED_KINDS.index(need.kind) for need in table.needs], np.intp)


def _running(hub: Hub) -> Points:
    return np.bincount(hub.kept.provider, minlength=len(hub.table.providers))


def _capacity(table: Table) -> Points:
    return np.array([provider.capacity for provider in table.providers], np.int64)


def _held(hub: Hub) -> Points:
    """The matches that stay as (worker, provider, kind), the two as people."""
    table, kept = hub.table, hub.kept
    people = table.people["id"]
    worker, person = people[table.worker[kept.need]], people[table.person[kept.provider]]
    return np.stack([worker, person, _kinds(table)[kept.need]], axis=1)


def _worth(table: Table, kept: Candidates) -> Score:
    """What the matches that stay come to by themselves."""
    provider = np.sort(kept.provider)
    capacity = np.maximum(_capacity(table)[provider], 1)
    load = (table.day.settings.load * nth_of(provider) // capacity).sum()
    mandatory = table.need["mandatory"][kept.need].sum()
    return Score(int(mandatory), len(kept), int(kept.fit.sum() - load))


def _sum(one: Score, other: Score) -> Score:
    return Score(*(a + b for a, b in zip(one, other, strict=True)))


def _rows(table: Table, pairs: Candidates) -> list[Row]:
    """Who has the provider already keeps them, also where everything was opened."""
    together = zip(pairs.need.tolist(), pairs.provider.tolist(), pairs.fit.tolist(), strict=True)
    return [
        Row(need.ref, need.worker.ref, need.kind, party.ref, fit, need.current == party.id)
        for number, provider, fit in together
        for need, party in ((table.needs[number], table.providers[provider].party),)
    ]
