"""What is falling behind, each line with the remedy that puts it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import capacity, entitlements
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.openings.opening_reasons import NO_HOURS, NO_ROOM, NO_WAY, NOT_SOON, NOT_YET
from supervisor.openings.openings import Openings
from supervisor.openings.times_to_offer import TIMES, times_to_offer
from supervisor.rules.kinds import Kind, Standing
from supervisor.rules.pace import Position
from supervisor.rules.words import N_, Words
from supervisor.settings import hub_today

FOUND = (
    Standing.NOT_MATCHED,
    Standing.CANNOT_BE_MET,
    Standing.BEHIND,
    Standing.SLIPPING,
    Standing.NOTHING_BOOKED,
)
"""The standings that need somebody, in the order in which they are shown."""
BOOKABLE = FOUND[1:]
FOR_HUB = {
    NOT_SOON: N_("Nothing suits them both before %(day)s."),
    NOT_YET: N_("Nothing suits them both up to %(day)s. One of them is not booked further ahead."),
    NO_ROOM: N_("No room is free at %(place)s while they are both free. Look at its rooms."),
    NO_WAY: N_("There is no way of meeting that suits them both. Find cover, or re-match."),
    NO_HOURS: N_("Nothing in their hours suits them both. Find cover, or re-match."),
}
"""What the pair reads of times is said to the two; this is the same for who looks after them."""


@dataclass(frozen=True)
class Line:
    """An entitlement, where it stands, who meets the worker, and times that suit both."""

    entitlement: Entitlement
    position: Position
    match: Match | None
    cover: Match | None
    openings: Openings | None

    @property
    def provider(self) -> Person | None:
        """Whom the worker meets now: cover comes before the match that it stands in for."""
        meets = self.cover or self.match
        return meets.provider if meets else None


def lines(store: Store, now: datetime, *, everything: bool = False) -> list[Line]:
    """Those that need somebody, the worst first; with `everything` all that has begun."""
    owed = _owed(store, hub_today(store, now))
    positions = entitlements.positions(store, owed, now)
    some = [e for e in owed if everything or positions[e.id].standing in FOUND]
    return lines_of(store, sorted(some, key=lambda e: _place(positions[e.id])), positions, now)


def _place(position: Position) -> tuple[int, float]:
    """By standing, and the furthest behind first."""
    order = [*FOUND, *(standing for standing in Standing if standing not in FOUND)]
    return order.index(position.standing), -position.behind_by


def _owed(store: Store, on: date) -> list[Entitlement]:
    """What has begun, for those of the past too; a debrief is nobody's business here."""
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(Entitlement.starts_on <= on, Entitlement.kind != Kind.DEBRIEF)
        .options(joinedload(Entitlement.person))
        .order_by(Entitlement.ref)
    )
    return list(store.scalars(query))


def lines_of(
    store: Store,
    owed: Sequence[Entitlement],
    positions: dict[int, Position],
    now: datetime,
    times: int = TIMES,
) -> list[Line]:
    """The line of each; so many times are sought, and only where booking is the remedy."""
    on = hub_today(store, now)
    meets = {(m.entitlement_id, m.cover): m for m in _running(store, owed, on)}
    made = []
    for one in owed:
        match, cover = meets.get((one.id, False)), meets.get((one.id, True))
        bookable = times and (match or cover) and positions[one.id].standing in BOOKABLE
        found = times_to_offer(store, one, now, times) if bookable else None
        made.append(Line(one, positions[one.id], match, cover, found))
    return made


def _running(store: Store, owed: Sequence[Entitlement], on: date) -> Sequence[Match]:
    query = (
        select(Match)
        .where(capacity.running(on), Match.entitlement_id.in_([e.id for e in owed]))
        .options(joinedload(Match.provider))
        .order_by(Match.starts_on)
    )
    return store.scalars(query).all()


def for_hub(reason: Words) -> Words:
    """Why there are no times, or no more of them, in the hub's words."""
    return Words(FOR_HUB.get(reason.text, reason.text), reason.facts)


def remedy(line: Line) -> Words | None:
    """What puts it right; None where nothing is needed. A line with times has them to book."""
    standing = line.position.standing
    if standing not in FOUND:
        return None
    if standing is Standing.NOT_MATCHED:
        return Words(N_("Offer somebody of the short list"))
    if line.position.catching_up:
        return Words(N_("Behind, catching up: enough is booked"))
    if not (line.openings and line.openings.times):
        return Words(N_("No time suits both: find cover, or re-match"))
    if standing is Standing.CANNOT_BE_MET:
        return Words(N_("Book what still fits, and amend the number"))
    return Words(N_("Book a time that suits both"))
