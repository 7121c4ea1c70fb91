"""Meetings of a group that have begun: who came, as far as somebody has written it down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supervisor.groups import group_times, mark_disputes
from supervisor.models import Group, Meeting, Person, Store


@dataclass(frozen=True)
class Past:
    """One meeting with the mark of everybody who had a seat that day, by name. `own` is what the
    reader said of themselves, `differs` whether whoever led says otherwise, and `settled` whose
    mark the hub decided on."""

    meeting: Meeting
    marks: list[tuple[Person, bool | None]]
    has_mark: bool
    mine: bool | None
    own: bool | None
    differs: bool
    settled: list[Person]

    @property
    def here(self) -> int:
        """How many were there."""
        return sum(came is True for _person, came in self.marks)

    @property
    def unmarked(self) -> bool:
        """Whether nobody has written down anything yet, though there is something to write."""
        return bool(self.marks) and all(came is None for _person, came in self.marks)


def past(store: Store, group: Group, person: Person, now: datetime) -> list[Past]:
    """All of them as this person reads them, the latest first."""
    query = (
        select(Meeting)
        .where(
            Meeting.group_id == group.id,
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
        )
        .options(selectinload(Meeting.attendances), selectinload(Meeting.guests))
        .order_by(Meeting.starts_at.desc())
    )
    return [one(meeting, person) for meeting in store.scalars(query)]


def one(meeting: Meeting, person: Person) -> Past:
    """One of them."""
    came = {a.person_id: a.came for a in meeting.attendances}
    my = next((a for a in meeting.attendances if a.person_id == person.id), None)
    here = group_times.people_at(meeting)
    marks = [(person, came.get(number)) for number, person in here.items()]
    return Past(
        meeting=meeting,
        marks=sorted(marks, key=lambda mark: mark[0].name),
        has_mark=any(who.id == person.id for who, _came in marks),
        mine=came.get(person.id),
        own=my.own if my else None,
        differs=my is not None and mark_disputes.differs(my),
        settled=[a.person for a in meeting.attendances if mark_disputes.settled(a)],
    )
