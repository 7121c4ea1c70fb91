"""What is asked of the solver while offers are open; and whether more would be met if some of
them moved along: somebody is offered another, and leaves room for who has nobody.

Only what nobody has answered yet is moved, and only where it lets more people be met.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import select

from supervisor import audit
from supervisor.fits import standing_offers
from supervisor.matches import absences, follow_ups, matching
from supervisor.matches.match_offers import add
from supervisor.matches.match_proposals import Row
from supervisor.matches.matching import Answer, Question, Say
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules import fit_held
from supervisor.rules.assign import Score
from supervisor.rules.fit import Candidates, candidates, together
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_lists import Rows
from supervisor.rules.kinds import MatchState

STAYS = 10_000
"""What it is worth that somebody keeps whom they were offered: more than any fit, so that as few
move as can be."""


@dataclass(frozen=True)
class Asked:
    """A question where every open offer is held, and the same where those of `own` may move."""

    held: Question
    loose: Question
    own: Candidates

    @property
    def as_they_stand(self) -> "Asked":
        """The same, where none may move."""
        return replace(self, own=together([]))


def ask(store: Store, on: date, away: Person | None = None, *, reopen: bool = False) -> Asked:
    """Everybody who is open on the day; or whom somebody meets who is `away`, for cover."""
    before = standing_offers.taking(store, on, reopen=reopen)
    counted = before.table.kept
    hub = fit_held.held(before, standing_offers.best(store))
    own = hub.kept.where(~np.isin(hub.kept.need, before.kept.need))
    needs = _whom(hub, away, absences.to_cover(store, away, on)) if away else hub.open
    found = candidates(hub.table, np.union1d(needs, own.need))
    if away:
        people = hub.table.people["id"][hub.table.person[found.provider]]
        found = found.where(people != away.id)
    tied = found.where(np.isin(found.need, needs))
    held = _question(store, hub, tied, needs, away)
    hub.table.keep(*counted)
    return Asked(held, _question(store, before, found, needs, away), own)


def _whom(hub: Hub, away: Person, long: set[int]) -> Rows:
    """Those alone who miss more than one in a row; all, where nothing so long is written down."""
    needs = enumerate(hub.table.needs)
    theirs = [(row, need.id) for row, need in needs if need.current == away.id]
    some = [row for row, owed in theirs if owed in long] or [row for row, _owed in theirs]
    return np.array(some, np.intp)


def _question(
    store: Store, hub: Hub, found: Candidates, needs: Rows, away: Person | None
) -> Question:
    """For cover nothing stays in the answer: it is about those alone who lose somebody."""
    if away is None:
        return matching.of_hub(store, hub, found)
    asked = [hub.table.needs[row] for row in needs.tolist()]
    return matching.of_pairs(store, hub, found, asked, together([]))


def answer(asked: Asked, seconds: float | None, say: Say) -> Answer:
    """The best answer as the offers stand; and where somebody is left without anybody, with some
    of them moved along, if that meets more."""
    first = matching.answer(asked.held, seconds, say)
    if not first.unmet or not len(asked.own):
        return first
    moved = _moved(asked, matching.answer(_as_it_is(asked), seconds))
    return moved if moved and _missed(asked, moved) < _missed(asked, first) else first


def _as_it_is(asked: Asked) -> Question:
    """The loose question, where it is worth most to keep what was offered."""
    problem, found, own = asked.loose.problem, asked.loose.found, asked.own
    count = len(asked.loose.hub.table.providers)
    keeps = np.isin(found.need * count + found.provider, own.need * count + own.provider)
    return replace(asked.loose, problem=replace(problem, fit=problem.fit + STAYS * keeps))


def _missed(asked: Asked, answer: Answer) -> tuple[int, int]:
    """How many have nobody: those for whom it is mandatory, and all."""
    mandatory = {need.ref for need in asked.held.needs if need.mandatory}
    return len(mandatory.intersection(answer.unmet)), len(answer.unmet)


def _moved(asked: Asked, loose: Answer) -> Answer | None:
    """The answer with whom each would be offered instead of whom; None where somebody who has an
    offer would have none."""
    table = asked.loose.hub.table
    pairs = zip(asked.own.need.tolist(), asked.own.provider.tolist(), strict=True)
    own = {table.needs[need].ref: table.providers[who].party.ref for need, who in pairs}
    rows = {row.entitlement: row for row in loose.rows}
    if not own.keys() <= rows.keys():
        return None
    told = {need.ref for need in asked.held.needs}
    return replace(
        loose,
        rows=[_marked(row, own) for row in loose.rows if _belongs(row, own, told)],
        reached=_without(asked, loose.reached, own, rows),
        most=_without(asked, loose.most, own, rows),
    )


def can_move(store: Store, row: Row) -> bool:
    """Whether the offer that would move is open still, and nobody was chosen."""
    return _to_move(store, row) is not None


def _to_move(store: Store, row: Row) -> Match | None:
    query = select(Match).join(Match.entitlement).where(Entitlement.ref == row.entitlement)
    offered = query.where(Match.state == MatchState.OFFERED, Match.cover.is_(False))
    some = store.scalars(offered.execution_options(populate_existing=True)).all()
    if any(match.worker_yes_at for match in some):
        return None
    return next((match for match in some if match.provider.ref == row.instead), None)


def move(store: Store, row: Row, by: Person, now: datetime) -> list[Match]:
    """Offer somebody else instead, under the lock that choosing takes; nothing where somebody was
    chosen meanwhile. The worker reads their list as it is, and no letter."""
    owed = store.scalars(select(Entitlement).filter_by(ref=row.entitlement)).one()
    lock_people(store, [owed.person_id])
    before = _to_move(store, row)
    if before is None:
        return []
    before.state, before.closed_at, before.closed_by_id = MatchState.LAPSED, now, by.id
    provider = store.scalars(select(Person).filter_by(ref=row.provider)).one()
    made = add(store, owed, provider, row.fit, now, suggested=0)
    made.suggested = 0
    for verb, match in (("take_out", before), ("offer", made)):
        audit.record(store, now, by, verb, "match", match.ref, owed.person)
    follow_ups.wanted(store, now)
    return [made]


def _belongs(row: Row, own: dict[str, str], told: set[str]) -> bool:
    """For cover those are left out who keep what they were offered."""
    return row.entitlement in told or own[row.entitlement] != row.provider


def _marked(row: Row, own: dict[str, str]) -> Row:
    before = own.get(row.entitlement)
    return row if before in {None, row.provider} else replace(row, instead=before)


def _without(asked: Asked, score: Score, own: dict[str, str], rows: dict[str, Row]) -> Score:
    """The score without what it was worth to keep offers; for cover without these offers too."""
    kept = sum(rows[ref].provider == who for ref, who in own.items())
    told = {need.ref for need in asked.held.needs}
    aside = [need for need in asked.loose.hub.table.needs if need.ref in own.keys() - told]
    points = STAYS * kept + sum(rows[need.ref].fit for need in aside)
    mandatory = sum(need.mandatory for need in aside)
    return Score(score.mandatory - mandatory, score.met - len(aside), score.total - points)
