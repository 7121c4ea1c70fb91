"""What needs the coordinator today, each line with its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import broken, capacity, entitlements, replies, team, undelivered
from supervisor.alerts.alert_providers import ends_soon, over_hours
from supervisor.broken import Broken
from supervisor.calendar_answers import calendar_answers
from supervisor.capacity import Load
from supervisor.debriefs import debrief_rounds
from supervisor.ended import Ended, ended_short
from supervisor.groups import group_leaders, group_wishes, seats
from supervisor.matches import match_searches
from supervisor.meeting_rooms import outgrown
from supervisor.meeting_rooms.outgrown import Tight
from supervisor.models import (
    Alert,
    Attendance,
    Debrief,
    Entitlement,
    Erasure,
    Group,
    InvitationReply,
    Job,
    ManagerChange,
    Match,
    MatchSearch,
    Person,
    Question,
    Session,
    Store,
    Swap,
)
from supervisor.periods import renewals
from supervisor.privacy import erasures
from supervisor.rules.kinds import MATCHED_KINDS, Standing
from supervisor.rules.pace import Position
from supervisor.rules.words import Words
from supervisor.settings import hub_today, read
from supervisor.still_true import still_true
from supervisor.swaps import swaps
from supervisor.today import behind, today_finds, traces
from supervisor.today.behind import FOUND, Line
from supervisor.today.today_finds import BoardSettings, Named, Waiting
from supervisor.today.traces import Trace

__all__ = ["Board", "BoardSettings", "Section", "board"]


@dataclass(frozen=True)
class Section:
    """One standing of the board: how many there are, and the lines that are shown."""

    count: int
    lines: list[Line]


@dataclass(frozen=True)
class Board:
    """The page: lines by standing, and the other things that wait for the hub.

    `rows` is how many of each the page shows, but of the section `whole`.
    """

    on: date
    people: int
    on_track: int
    rows: int
    whole: str
    sections: dict[Standing, Section]
    under_way: Section
    ended: list[Ended]
    traces: dict[int, Trace]
    waiting: list[Waiting]
    offerable: tuple[MatchSearch, int] | None
    named: list[Named]
    swaps: list[Swap]
    unconfirmed: list[Session]
    disputed: list[Session]
    marks: list[Attendance]
    reviews: list[Match]
    not_lawful: list[Broken]
    vetting: list[Load]
    over: list[Load]
    short: list[tuple[Alert, Words]]
    ahead: list[tuple[Alert, Position]]
    unled: list[Group]
    tight: list[Tight]
    placeless: list[tuple[Person, int]]
    groups_wished: int
    renewals: int
    manager_changes: list[ManagerChange]
    questions: list[Question]
    erasures: list[tuple[Erasure, date]]
    answers: list[InvitationReply]
    talks: int
    talks_for: Sequence[Debrief]
    by_hand: set[int]
    texts: int

    @property
    def talks_taken(self) -> int:
        """Of those for whom the hub asked: how many have somebody, and are to be told."""
        return sum(one.accepted_at is not None for one in self.talks_for)

    @property
    def count(self) -> int:
        """How many things need somebody."""
        others = (
            len(self.waiting),
            len(self.named),
            len(self.swaps),
            len(self.unconfirmed),
            len(self.disputed),
            len(self.marks),
            len(self.reviews),
            len(self.not_lawful),
            len(self.vetting),
            len(self.over),
            len(self.short),
            len(self.ahead),
            len(self.unled),
            len(self.tight),
            len(self.placeless),
            self.groups_wished,
            self.renewals,
            len(self.manager_changes),
            len(self.questions),
            len(self.erasures),
            len(self.answers),
            self.talks + self.talks_taken,
            len(self.by_hand),
            self.texts,
        )
        found = self.offerable is not None
        return sum(section.count for section in self.sections.values()) + sum(others) + found


def board(store: Store, now: datetime, whole: str = "") -> Board:
    """Everything that needs the hub now; of the section `whole` every line."""
    on = hub_today(store, now)
    settings = read(store, BoardSettings)
    owed = _current(store, on)
    positions = entitlements.positions(store, owed, now)
    loads, too_long = capacity.loads(store, on), over_hours(store, on)
    waiting = today_finds.waiting(store)
    asked = {one.entitlement.id for one in waiting}
    found = [e for e in owed if positions[e.id].standing in FOUND]
    wanting = [e for e in found if not (_unmatched(positions[e.id]) and e.id in asked)]
    done = traces.traces(store, wanting, positions, now, settings.times_days)
    waits = {e.id for e in wanting if traces.waits(positions[e.id], done[e.id])}
    return Board(
        on=on,
        people=len({e.person_id for e in owed}),
        on_track=len(_all_fine(owed, positions)),
        rows=settings.rows,
        whole=whole,
        sections=_sections(
            store, [e for e in wanting if e.id not in waits], positions, settings, whole, now
        ),
        under_way=_under_way(
            store, [e for e in wanting if e.id in waits], positions, settings, whole, now
        ),
        ended=ended_short(store, on, now),
        traces=done,
        waiting=waiting,
        offerable=match_searches.offerable(store, now),
        named=today_finds.named(store, loads, on),
        swaps=swaps.to_do(store),
        unconfirmed=today_finds.unconfirmed(store, settings, now),
        disputed=today_finds.disputed(store, settings, now),
        marks=today_finds.marks(store, settings, now),
        reviews=today_finds.reviews(store, on, settings),
        not_lawful=[
            one
            for one in broken.broken(store, on)
            if one.of_pair and one.match.entitlement_id not in asked
        ],
        vetting=[x for x in loads if ends_soon(x, on, settings.vetting_days)],
        over=[x for x in loads if x.free < 0 or x.provider.id in too_long],
        short=today_finds.short_groups(store, now),
        ahead=today_finds.short_ahead(store, positions, now),
        unled=group_leaders.without(store),
        tight=outgrown.outgrown(store, now),
        placeless=seats.without_a_place(store, now),
        groups_wished=group_wishes.not_looked_for(store, now),
        renewals=renewals.urgent(store, now),
        manager_changes=today_finds.manager_changes(store),
        questions=team.open_questions(store),
        erasures=[(one, erasures.due_on(store, one)) for one in erasures.waiting(store)],
        answers=calendar_answers.waiting(store),
        talks=debrief_rounds.waiting(store),
        talks_for=debrief_rounds.of_hub(store),
        by_hand={
            m.recipient_id for m in undelivered.to_hand_over(store, now) if still_true(store, m)
        },
        texts=len(replies.to_look_at(store)),
    )


def _current(store: Store, on: date) -> list[Entitlement]:
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.starts_on <= on,
            Entitlement.ends_on >= on,
        )
        .options(
            joinedload(Entitlement.person).joinedload(Person.place),
            joinedload(Entitlement.person).selectinload(Person.jobs).joinedload(Job.organisation),
        )
        .order_by(Person.name)
    )
    return list(store.scalars(query).unique())


def _unmatched(position: Position) -> bool:
    return position.standing is Standing.NOT_MATCHED


def _all_fine(owed: list[Entitlement], positions: dict[int, Position]) -> set[int]:
    """People of whom nothing is found wanting."""
    wanting = {e.person_id for e in owed if positions[e.id].standing in FOUND}
    return {e.person_id for e in owed} - wanting


def _sections(
    store: Store,
    owed: list[Entitlement],
    positions: dict[int, Position],
    settings: BoardSettings,
    whole: str,
    now: datetime,
) -> dict[Standing, Section]:
    """Furthest behind first within each standing; times are sought for shown lines alone."""
    owed = sorted(owed, key=lambda e: positions[e.id].held - positions[e.id].expected)
    sections = {}
    for standing in FOUND:
        some = [e for e in owed if positions[e.id].standing is standing]
        shown = some if standing == whole else some[: settings.rows]
        lines = behind.lines_of(store, shown, positions, now, settings.times)
        sections[standing] = Section(len(some), lines)
    return sections


def _under_way(
    store: Store,
    owed: list[Entitlement],
    positions: dict[int, Position],
    settings: BoardSettings,
    whole: str,
    now: datetime,
) -> Section:
    """What has its remedy already: nobody is needed until a day."""
    shown = owed if whole == "under_way" else owed[: settings.rows]
    return Section(len(owed), behind.lines_of(store, shown, positions, now, times=0))
