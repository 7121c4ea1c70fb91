"""What the pages of a group show: all of it to whoever leads it, their own part to a member."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from supervisor.groups import group_times, group_turns, meetings, seats, unread_terms, visits
from supervisor.groups.past_meetings import Past, past
from supervisor.groups.visits import Shared
from supervisor.models import Alert, Group, Leader, Meeting, Person, Seat, Series, Store
from supervisor.settings import hub_today

SOON, FEW = timedelta(days=10), 2


@dataclass(frozen=True)
class Next:
    """The next meeting, and who of those with a seat said what, by name."""

    meeting: Meeting
    said: list[tuple[Person, bool | None]]
    mine: bool | None

    def _count(self, coming: bool | None) -> int:  # noqa: FBT001
        return sum(said is coming for _person, said in self.said)

    @property
    def yes(self) -> int:
        """How many said yes."""
        return self._count(True)  # noqa: FBT003

    @property
    def no(self) -> int:
        """How many said no."""
        return self._count(False)  # noqa: FBT003

    @property
    def silent(self) -> int:
        """How many have not said."""
        return self._count(None)

    @property
    def enough(self) -> bool:
        """Whether it can go ahead."""
        return self.yes >= self.meeting.group.minimum


@dataclass(frozen=True)
class View:
    """The page of one group. `last` is the latest meeting that has begun, with its marks, and
    `unmarked` counts those before it of which nobody has written down who came."""

    group: Group
    series: Series | None
    next: Next | None
    without_time: list[Meeting]
    last: Past | None
    unmarked: int
    members: list[Person]
    waits: bool
    queue: list[tuple[Seat, int | None]]
    off: Meeting | None
    alert: Alert | None
    shared: list[Shared]
    to_read: bool
    leads_next: Person | None
    turns: bool

    @property
    def seats(self) -> int:
        """How many seats are taken."""
        return len(self.members)


def of(store: Store, group: Group, person: Person, now: datetime, off: str = "") -> View:
    """Everything about a group as this person, who leads it or has a seat in it, may need it;
    `off` is the meeting that was called off a moment ago."""
    on = hub_today(store, now)
    coming = group_times.ahead(store, group, now)
    behind = past(store, group, person, now)
    following = next((m for m in coming if not m.needs_time), None)
    return View(
        group=group,
        series=rhythm(group),
        next=_next(following, person) if following else None,
        without_time=[meeting for meeting in coming if meeting.needs_time],
        last=behind[0] if behind else None,
        unmarked=sum(one.unmarked for one in behind[1:]),
        members=_by_name(seat.person for seat in group_times.seated(group, on)),
        waits=_waits(group, person),
        queue=_queue(store, group, on, now),
        off=_called_off(store, group, off, now) if off else None,
        alert=_alert(store, following) if following else None,
        shared=_shared(store, following, now) if following else [],
        to_read=unread_terms.to_read(store, group, person),
        leads_next=_leads_next(following, person) if following else None,
        turns=group_turns.leader_of(group, person.id) is not None,
    )


def _leads_next(meeting: Meeting, reader: Person) -> Person | None:
    """Who leads it in turn; a member who does is named to themselves alone, as every member."""
    leads = group_turns.leads(meeting) if group_turns.in_turn(meeting) else None
    member = meeting.leader_id in {one.person_id for one in meeting.group.leaders if one.member}
    return None if member and leads != reader else leads


def _shared(store: Store, meeting: Meeting, now: datetime) -> list[Shared]:
    """Where those who can come could go instead, this once: asked for when too few have said yes
    and it is near."""
    enough = meetings.coming(meeting) >= meeting.group.minimum
    if enough or meeting.go_ahead_at or meeting.starts_at - now > SOON:
        return []
    return visits.options(store, meeting, now)[:FEW]


def _by_name(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: person.name)


def _called_off(store: Store, group: Group, ref: str, now: datetime) -> Meeting | None:
    """A meeting of which calling it off can still be undone."""
    query = select(Meeting).where(Meeting.ref == ref, Meeting.group_id == group.id)
    meeting = store.scalar(query)
    return meeting if meeting and meetings.can_be_restored(store, meeting, now) else None


def _alert(store: Store, meeting: Meeting) -> Alert | None:
    query = select(Alert).where(Alert.meeting_id == meeting.id, Alert.ended_at.is_(None))
    return store.scalars(query).first()


def _queue(store: Store, group: Group, on: date, now: datetime) -> list[tuple[Seat, int | None]]:
    """Who waits for a place, and for how many days."""
    return [
        (seat, (on - seat.joined_on).days if seat.joined_on else None)
        for seat in seats.queue(store, group, now)
    ]


def rhythm(group: Group) -> Series | None:
    """The latest rhythm; an earlier one has ended."""
    return group.series[-1] if group.series else None


def _next(meeting: Meeting, person: Person) -> Next:
    said = {a.person_id: a.coming for a in meeting.attendances}
    people = _by_name(group_times.people_at(meeting).values())
    mine = said.get(person.id) if person in people else None
    return Next(meeting, [(one, said.get(one.id)) for one in people], mine)


@dataclass(frozen=True)
class Row:
    """One group of the list; `short` while it is noticed that too few can come next."""

    group: Group
    leads: bool
    waiting: bool
    next: Meeting | None
    short: bool
    needs_time: int
    to_read: bool


def mine(store: Store, person: Person, now: datetime, *, everything: bool = False) -> list[Row]:
    """The groups that a person leads or has a seat in; the hub asks for everything."""
    seat = select(Seat.group_id).where(Seat.person_id == person.id, Seat.left_on.is_(None))
    turn = select(Leader.group_id).where(Leader.person_id == person.id, Leader.member.is_(False))
    theirs = or_(Group.facilitator_id == person.id, Group.id.in_(seat), Group.id.in_(turn))
    query = select(Group).where(Group.closed_at.is_(None)).order_by(Group.name)
    if not everything:
        query = query.where(theirs)
    loaded = query.options(
        selectinload(Group.seats), selectinload(Group.facilitator), selectinload(Group.leaders)
    )
    return [_row(store, group, person, now) for group in store.scalars(loaded)]


def _row(store: Store, group: Group, person: Person, now: datetime) -> Row:
    coming = group_times.ahead(store, group, now)
    following = next((meeting for meeting in coming if not meeting.needs_time), None)
    return Row(
        group=group,
        leads=group_turns.sees_all(group, person.id),
        waiting=_waits(group, person),
        next=following,
        short=following is not None and _alert(store, following) is not None,
        needs_time=sum(meeting.needs_time for meeting in coming),
        to_read=_to_read(store, group, person),
    )


def _to_read(store: Store, group: Group, person: Person) -> bool:
    """Whether a member reads first what the group agrees on, before they see when it meets."""
    inside = unread_terms.has_seat(group, person)
    return inside and unread_terms.keeps_back(store, group, person)


def _waits(group: Group, person: Person) -> bool:
    return any(
        seat.waiting and seat.left_on is None and seat.person_id == person.id
        for seat in group.seats
    )
