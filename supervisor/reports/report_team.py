"""The manager's columns, and nothing else: for the manager, and for the worker who asks."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload

from supervisor import entitlements, team_dates
from supervisor.access import MANAGER_COLUMNS, Viewer, team_entitlements
from supervisor.ended import lately
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.reports.credit_notes import credit_notes
from supervisor.rules import pace
from supervisor.rules.kinds import MatchState, Standing
from supervisor.rules.pace import Position
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.team_dates import Dates
from supervisor.viewers import manager_viewer
from supervisor.zones import zone

DOING = {
    Standing.MET: Words(N_("Nothing is needed: all are held.")),
    Standing.ENDED_SHORT: Words(N_("The period is over. What is short is reported.")),
    Standing.PAUSED: Words(N_("Paused. It goes on by itself.")),
    Standing.NOT_MATCHED: Words(N_("The hub is finding a supervisor.")),
    Standing.CANNOT_BE_MET: Words(N_("The hub will talk with you about what is still owed.")),
    Standing.BEHIND: Words(N_("The hub offers the two of them times to catch up, or cover.")),
    Standing.SLIPPING: Words(N_("The two of them have been offered times.")),
    Standing.NOTHING_BOOKED: Words(N_("The two of them have been offered times.")),
    Standing.ON_TRACK: Words(N_("Nothing is needed.")),
}
ASKED = Words(N_("Somebody has been asked, and has not answered yet."))
NOT_ALL_SAID = Words(N_("All are held. Not all are confirmed by both yet."))
CATCHING_UP = Words(N_("Enough is booked to catch up."))
COVERED = Words(N_("Supervisor changed, cover in place."))
NOTES = (
    Words(N_("Delivered: both people say that it happened. Booked is never counted as delivered.")),
    Words(N_("Expected: contracted, spread evenly over the period without leave, up to today.")),
    Words(N_("Only your own team, and only what the agreements allow. The rest is private.")),
)


@dataclass(frozen=True)
class TeamRow:
    """One person and kind as their manager sees it."""

    person: str
    kind: str
    contracted: int
    expected: float
    delivered: int
    standing: Standing
    doing: Words
    catching_up: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    link: str = ""
    dates: Dates | None = None

    @property
    def state(self) -> str:
        """The standing in the word that is shown."""
        return pace.CATCHING_UP if self.catching_up else self.standing


@dataclass(frozen=True)
class Team:
    """A manager's own team on a day."""

    rows: list[TeamRow]
    as_at: datetime

    @property
    def contracted(self) -> int:
        """Sessions contracted in all."""
        return sum(row.contracted for row in self.rows)

    @property
    def expected(self) -> float:
        """Sessions expected by now in all."""
        return sum(row.expected for row in self.rows)

    @property
    def delivered(self) -> int:
        """Sessions delivered in all."""
        return sum(row.delivered for row in self.rows)


def team(store: Store, viewer: Viewer, now: datetime) -> Team:
    """Each entitlement that this manager may see, running on the viewer's day."""
    found = _running(store, team_entitlements(viewer), viewer.on)
    here = zone(read(store, HubSettings).time_zone)
    return Team(_rows(store, found, viewer.on, now), now.astimezone(here))


def people_of_team(store: Store, viewer: Viewer) -> list[int]:
    """Whose numbers stand on the manager's page."""
    return sorted({one.person_id for one in _running(store, team_entitlements(viewer), viewer.on)})


def seen_by_managers(store: Store, worker: Person, on: date, now: datetime) -> Team:
    """The worker's own page "What my manager sees": the same rows by the same predicate."""
    managers = {job.manager_id for job in worker.jobs if job.manager_id}
    seen = or_(false(), *(team_entitlements(manager_viewer(one, on)) for one in managers))
    found = _running(store, and_(seen, Entitlement.person_id == worker.id), on)
    here = zone(read(store, HubSettings).time_zone)
    return Team(_rows(store, found, on, now), now.astimezone(here))


def row_of(store: Store, entitlement: Entitlement, on: date, now: datetime) -> TeamRow:
    """One entitlement as its managers see it, for a message."""
    return _rows(store, [entitlement], on, now)[0]


def _running(store: Store, seen: ColumnElement[bool], on: date) -> list[Entitlement]:
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(
            seen,
            Entitlement.starts_on <= on,
            or_(Entitlement.ends_on >= on, lately(store, on)),
        )
        .options(joinedload(Entitlement.person))
        .order_by(Person.name, Person.id, Entitlement.kind.desc(), Entitlement.starts_on)
    )
    return list(store.scalars(query))


def _rows(store: Store, owed: list[Entitlement], on: date, now: datetime) -> list[TeamRow]:
    positions = entitlements.positions(store, owed, now)
    matches = defaultdict(list)
    for match in store.scalars(select(Match).where(Match.entitlement_id.in_(positions))):
        matches[match.entitlement_id].append(match)
    seen = [e for e in owed if e.ends_on >= on or _ended_short(positions[e.id])]
    dates = team_dates.of(store, [e.id for e in seen], on, now)
    return [
        replace(_row(one, positions[one.id], matches[one.id], on), dates=dates.get(one.id))
        for one in seen
    ]


def _ended_short(position: Position) -> bool:
    """What is short stays in its own row, beside the period that followed."""
    return position.standing is Standing.ENDED_SHORT


def _row(entitlement: Entitlement, position: Position, matches: list[Match], on: date) -> TeamRow:
    return TeamRow(
        link=entitlement.link,
        person=entitlement.person.name,
        kind=entitlement.kind,
        contracted=position.contracted,
        expected=round(position.expected, 2),
        delivered=position.delivered,
        standing=position.standing,
        doing=_doing(position, matches, on),
        catching_up=position.catching_up,
        starts_on=entitlement.starts_on,
        ends_on=entitlement.ends_on,
    )


def _doing(position: Position, matches: list[Match], on: date) -> Words:
    if position.standing is Standing.NOT_MATCHED and _asked(matches):
        return ASKED
    if position.standing is Standing.MET and position.delivered < position.contracted:
        return NOT_ALL_SAID
    if position.catching_up:
        return CATCHING_UP
    return COVERED if _covered(matches, on) else DOING[position.standing]


def _asked(matches: list[Match]) -> bool:
    return any(match.state == MatchState.OFFERED for match in matches)


def _covered(matches: list[Match], on: date) -> bool:
    """Cover runs today; an offer of cover does not."""
    return any(
        match.cover
        and match.state == MatchState.ACTIVE
        and match.starts_on is not None
        and match.starts_on <= on
        and (match.ends_on is None or on <= match.ends_on)
        for match in matches
    )


def team_table(store: Store, viewer: Viewer, now: datetime) -> Table:
    """The same rows as a table."""
    seen = team(store, viewer, now)
    rows = [(*_cells(row), viewer.on) for row in seen.rows]
    notes = (*NOTES, *credit_notes(store))
    return Table(N_("My team"), (*MANAGER_COLUMNS, "as_at"), rows, seen.as_at, notes)


def _cells(row: TeamRow) -> list[Cell]:
    values = (getattr(row, column) for column in MANAGER_COLUMNS)
    return [str(value) if isinstance(value, Words) else value for value in values]
