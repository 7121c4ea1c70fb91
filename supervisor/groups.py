"""Groups that meet: the standing rhythm, each meeting of it, who can come and who came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, group_times
from supervisor.closed_days import is_closed
from supervisor.errors import NotFound, Refused
from supervisor.models import Attendance, Group, Meeting, Person, Series, Store
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_utc, today, zone


@dataclass(frozen=True)
class GroupSettings:
    """How many days ahead the meetings of a rhythm are laid out."""

    ahead_days: int = 182


def meet(
    store: Store,
    group: Group,
    first_local: datetime,
    zone_name: str,
    every_weeks: int,
    minutes: int,
    until: date | None,
    now: datetime,
) -> Series:
    """Begin a rhythm at a wall time; `until` is its last day, None while it goes on."""
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    to_utc(first_local, zone_name)
    series = Series(
        group=group,
        first_start=first_local,
        zone=zone_name,
        every_weeks=every_weeks,
        minutes=minutes,
        until_on=until,
    )
    store.add(series)
    store.flush()
    group_times.make_room(store, [group], now)
    _lay(store, series, now)
    return series


def extend(store: Store, now: datetime) -> int:
    """Lay out what has come within sight of every rhythm; how many meetings that made.

    A rhythm that came in by import is laid from its first day on, so that those behind can
    still say who came; they take nobody's time.
    """
    query = (
        select(Series)
        .join(Group)
        .where(
            Group.closed_at.is_(None),
            or_(
                Series.laid_until.is_(None),
                Series.until_on.is_(None),
                Series.laid_until < Series.until_on,
            ),
        )
        .options(joinedload(Series.group).selectinload(Group.seats))
        .order_by(Series.id)
    )
    found = list(store.scalars(query))
    group_times.make_room(store, [series.group for series in found], now)
    return sum(_lay(store, series, now) for series in found)


def _lay(store: Store, series: Series, now: datetime) -> int:
    ahead = today(now, series.zone) + timedelta(days=read(store, GroupSettings).ahead_days)
    last = min(series.until_on or date.max, ahead)
    starts = list(_occurrences(series, last))
    for local in starts:
        meeting = _meeting(store, series, local, now)
        store.add(meeting)
        store.flush()
        group_times.take(store, meeting, now)
    series.laid_until = max(last, series.laid_until or last)
    store.flush()
    return len(starts)


def _occurrences(series: Series, last: date) -> Iterator[datetime]:
    """Wall times of the rhythm after those that are rows already, until the last day."""
    local, laid = series.first_start, series.laid_until or date.min
    while local.date() <= last:
        if local.date() > laid:
            yield local
        local += timedelta(weeks=series.every_weeks)


def _meeting(store: Store, series: Series, local: datetime, now: datetime) -> Meeting:
    group = series.group
    return Meeting(
        group_id=group.id,
        group=group,
        series_id=series.id,
        starts_at=local.replace(tzinfo=zone(series.zone)),
        local_start=local,
        zone=series.zone,
        minutes=series.minutes,
        mode=group.mode,
        place_id=group.place_id,
        needs_time=_is_closed(store, group, local.date()) or not _once(local, series.zone),
        changed_at=now,
    )


def _is_closed(store: Store, group: Group, on: date) -> bool:
    """A public holiday where the group meets; the hub's region where it has no place."""
    place = group.place
    return is_closed(
        on, place.region if place and place.region else read(store, HubSettings).region
    )


def _once(local: datetime, zone_name: str) -> bool:
    try:
        to_utc(local, zone_name)
    except Refused:
        return False
    return True


def answer(
    store: Store,
    meeting: Meeting,
    person: Person,
    coming: bool,  # noqa: FBT001
    now: datetime,
    by: Person | None = None,
) -> Attendance:
    """Say whether they will come. A no gives their time back; a yes takes it, if it is free."""
    _refuse_settled(meeting, now)
    _refuse_unseated(meeting, person)
    group_times.make_room(store, [meeting.group], now)
    with store.begin_nested():
        group_times.free(store, meeting, person.id)
        if coming and not group_times.commit(store, meeting, person.id):
            raise Refused(N_("You have another meeting then. Move that one first."))
    said = _attendance(store, meeting, person)
    said.coming = coming
    store.flush()
    audit.record(store, now, by or person, "answer", "meeting", meeting.ref, person if by else None)
    return said


def _refuse_settled(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at:
        raise Refused(N_("That meeting is called off."))
    if meeting.starts_at <= now:
        raise Refused(N_("That meeting has begun."))
    if meeting.needs_time:
        raise Refused(N_("That meeting needs a time first."))


def _refuse_unseated(meeting: Meeting, person: Person) -> None:
    on = meeting.local_start.date()
    if person.id not in {seat.person_id for seat in group_times.seated(meeting.group, on)}:
        raise NotFound(N_("They have no seat in this group."))


def _attendance(store: Store, meeting: Meeting, person: Person) -> Attendance:
    same = (Attendance.meeting_id == meeting.id, Attendance.person_id == person.id)
    found = store.scalar(select(Attendance).where(*same))
    if found is None:
        found = Attendance(meeting=meeting, person=person)
        store.add(found)
    return found


def mark(
    store: Store,
    meeting: Meeting,
    person: Person,
    came: bool,  # noqa: FBT001
    by: Person,
    now: datetime,
) -> Attendance:
    """Write down whether somebody came; they see their own mark and can put it right."""
    if meeting.cancelled_at or meeting.starts_at > now:
        raise Refused(N_("Who came is written down once the meeting has begun."))
    _refuse_unseated(meeting, person)
    marked = _attendance(store, meeting, person)
    marked.came, marked.marked_at, marked.marked_by_id = came, now, by.id
    store.flush()
    audit.record(store, now, by, "mark", "meeting", meeting.ref, person)
    return marked


def everyone_here(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Everybody with a seat came: one tap."""
    for seat in group_times.seated(meeting.group, meeting.local_start.date()):
        mark(store, meeting, seat.person, True, by, now)  # noqa: FBT003


def coming(meeting: Meeting) -> int:
    """How many of those with a seat said that they will come."""
    seats = group_times.seated(meeting.group, meeting.local_start.date())
    seated = {seat.person_id for seat in seats}
    return sum(one.coming is True and one.person_id in seated for one in meeting.attendances)


def go_ahead(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Say that it happens; refused while fewer than the group needs have said yes."""
    _refuse_settled(meeting, now)
    yes, needed = coming(meeting), meeting.group.minimum
    if yes < needed:
        raise Refused(
            N_("The group needs %(needed)d to go ahead, and %(yes)d said yes so far."),
            needed=needed,
            yes=yes,
        )
    meeting.go_ahead_at = now
    audit.record(store, now, by, "go_ahead", "meeting", meeting.ref)


def cancel_meeting(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Call one meeting off; everybody's time is free again, and the rhythm goes on."""
    if meeting.cancelled_at or meeting.starts_at <= now:
        raise Refused(N_("That meeting is already settled."))
    meeting.cancelled_at = now
    _revise(meeting, now)
    group_times.free(store, meeting)
    store.flush()
    audit.record(store, now, by, "cancel", "meeting", meeting.ref)


def move_meeting(
    store: Store, meeting: Meeting, local: datetime, by: Person, now: datetime
) -> None:
    """The same meeting at another wall time of its zone. What people answered is asked anew.

    Refused, with nothing changed, when its facilitator is not free then.
    """
    starts_at = _lawful_start(store, meeting, local, now)
    group_times.make_room(store, [meeting.group], now)
    with store.begin_nested():
        group_times.free(store, meeting)
        meeting.starts_at, meeting.local_start = starts_at, local
        meeting.needs_time, meeting.go_ahead_at = False, None
        for said in meeting.attendances:
            said.coming = None
        _revise(meeting, now)
        store.flush()
        group_times.take(store, meeting, now)
        if meeting.needs_time:
            raise Refused(N_("The facilitator has another meeting then. Choose another time."))
    audit.record(store, now, by, "move", "meeting", meeting.ref)


def _lawful_start(store: Store, meeting: Meeting, local: datetime, now: datetime) -> datetime:
    if meeting.cancelled_at:
        raise Refused(N_("That meeting is called off."))
    starts_at = to_utc(local, meeting.zone)
    if starts_at <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="start")
    if _is_closed(store, meeting.group, local.date()):
        raise Refused(N_("That day is a public holiday. Choose another."), field="start")
    there = select(Meeting.id).where(
        Meeting.group_id == meeting.group_id,
        Meeting.local_start == local,
        Meeting.id != meeting.id,
    )
    if store.scalar(there):
        raise Refused(N_("The group has a meeting there already. Choose another time."))
    return starts_at


def _revise(meeting: Meeting, now: datetime) -> None:
    """A new revision for every calendar; the number never falls."""
    meeting.sequence += 1
    meeting.changed_at = now
