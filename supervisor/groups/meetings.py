"""One meeting of a group: who can come, whether it goes ahead, when it is, and who came."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from supervisor import audit, entitlements, group_credits
from supervisor.errors import NotFound, Refused
from supervisor.groups import (
    group_messages,
    group_times,
    group_turns,
    hand_on,
    mark_disputes,
    on_and_off,
)
from supervisor.groups import rota_messages as rota
from supervisor.groups.group_times import people_at
from supervisor.groups.groups import GroupSettings, is_holiday
from supervisor.models import Attendance, Commitment, Guest, Meeting, Person, Store
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.sessions.placing import revise, revise_series, revise_set
from supervisor.settings import read
from supervisor.zones import to_utc

BUSY_THEN = N_("You have another meeting then. Move that one first.")
THEY_ARE_BUSY_THEN = N_("They have another meeting then. Move that one first.")


def answer(
    store: Store, meeting: Meeting, person: Person, coming: bool,  # noqa: FBT001
    now: datetime, by: Person | None = None,
) -> Attendance:  # fmt: skip
    """Say whether they will come. A no gives their time back; a yes takes it, if it is free."""
    _refuse_settled(meeting, now)
    _refuse_unseated(meeting, person)
    group_times.make_room(store, [meeting.group], now, [person.id])
    if not coming and meeting.leader_id == person.id:
        hand_on.pass_on(store, meeting, person, by or person, now)
    with store.begin_nested():
        group_times.free(store, meeting, person.id)
        if coming and not group_times.commit(store, meeting, person.id):
            raise Refused(BUSY_THEN if by is None else THEY_ARE_BUSY_THEN)
    said = _attendance(store, meeting, person)
    if (said.coming is False) is coming:
        revise_series(meeting, now)
    said.coming = coming
    store.flush()
    audit.record(store, now, by or person, "answer", "meeting", meeting.ref, person if by else None)
    look_again(store, meeting, now)
    return said


def _refuse_settled(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at:
        raise Refused(N_("That meeting is called off."))
    if meeting.starts_at <= now:
        raise Refused(N_("That meeting has begun."))
    if meeting.needs_time:
        raise Refused(N_("That meeting needs a time first."))


def _refuse_unseated(meeting: Meeting, person: Person) -> None:
    if person.id not in people_at(meeting):
        raise NotFound(N_("They have no seat in this group."))


def _attendance(store: Store, meeting: Meeting, person: Person) -> Attendance:
    same = (Attendance.meeting_id == meeting.id, Attendance.person_id == person.id)
    found = store.scalar(select(Attendance).where(*same))
    if found is None:
        found = Attendance(meeting=meeting, person=person)
        store.add(found)
    return found


def mark(
    store: Store, meeting: Meeting, person: Person, came: bool,  # noqa: FBT001
    by: Person, now: datetime,
) -> Attendance:  # fmt: skip
    """Write down whether somebody came; they see their own mark and can put it right."""
    if meeting.cancelled_at or meeting.needs_time or meeting.starts_at > now:
        raise Refused(N_("Who came is written down once the meeting has begun."))
    _refuse_unseated(meeting, person)
    marked = _attendance(store, meeting, person)
    if mark_disputes.settled(marked):
        return _as_settled(marked, meeting, by)
    marked.came, marked.marked_at, marked.marked_by_id = came, now, by.id
    marked.own, marked.led = (came, marked.led) if by.id == person.id else (marked.own, came)
    entitlements.reassess_all(store, group_credits.touched(store, meeting, [person], now), now)
    audit.record(store, now, by, "mark", "meeting", meeting.ref, person)
    return marked


def _as_settled(marked: Attendance, meeting: Meeting, by: Person) -> Attendance:
    """Both words stay, also when whoever leads saves the whole list once more, with themselves."""
    if by.id == marked.person_id and group_turns.leads(meeting) != by:
        raise Refused(N_("The hub has settled this. Ring the hub if it is not right."))
    return marked


def everyone_here(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Everybody with a seat came: one tap."""
    for person in people_at(meeting).values():
        mark(store, meeting, person, True, by, now)  # noqa: FBT003


def coming(meeting: Meeting) -> int:
    """How many of those with a seat said that they will come."""
    seated = people_at(meeting)
    return sum(one.coming is True and one.person_id in seated for one in meeting.attendances)


def silent(meeting: Meeting) -> list[Person]:
    """Those with a seat who have not said whether they will come."""
    said = {one.person_id for one in meeting.attendances if one.coming is not None}
    return [person for one, person in people_at(meeting).items() if one not in said]


def ask_silent(store: Store, meeting: Meeting, by: Person, now: datetime) -> int:
    """Ask whoever has not said; how many are asked. Those who were asked today are left alone."""
    _refuse_settled(meeting, now)
    asked = group_messages.ask(store, meeting, silent(meeting), now)
    audit.record(store, now, by, "ask", "meeting", meeting.ref)
    return asked


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
    if meeting.go_ahead_at:
        return
    meeting.go_ahead_at = now
    group_messages.goes_ahead(store, meeting, by, now)
    audit.record(store, now, by, "go_ahead", "meeting", meeting.ref)


def look_again(store: Store, meeting: Meeting, now: datetime) -> None:
    """What was to go ahead does so no longer once too few can come; whoever leads it is told."""
    store.refresh(meeting, ["attendances"])
    yes = coming(meeting)
    since = meeting.go_ahead_at
    if since is None or yes >= meeting.group.minimum:
        return
    meeting.go_ahead_at = None
    group_messages.too_few(store, meeting, yes, since, now)


def cancel(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Call one meeting off; everybody's time is free again, and the rhythm goes on."""
    call_off(store, meeting, now)
    on_and_off.called_off(store, meeting, by, now)
    audit.record(store, now, by, "cancel", "meeting", meeting.ref)


def call_off(store: Store, meeting: Meeting, now: datetime) -> None:
    """The same, with nobody told."""
    if meeting.cancelled_at or meeting.starts_at <= now:
        raise Refused(N_("That meeting is already settled."))
    meeting.cancelled_at = now
    revise(meeting, now)
    group_times.free(store, meeting)
    store.flush()


def can_be_restored(store: Store, meeting: Meeting, now: datetime) -> bool:
    """Whether calling it off can be undone: only for some minutes, and before it begins."""
    minutes = timedelta(minutes=read(store, BookingSettings).undo_minutes)
    off = meeting.cancelled_at
    return off is not None and now - off <= minutes and now < meeting.starts_at


def restore(store: Store, meeting: Meeting, by: Person, now: datetime) -> None:
    """Undo calling it off: the same meeting, with the answers that were there.

    Whoever has another meeting by now is asked again; without its facilitator, or a room, it is
    refused.
    """
    off = meeting.cancelled_at
    if off is None or not can_be_restored(store, meeting, now):
        raise Refused(N_("That can no longer be undone. Give another meeting this time."))
    group_times.make_room(store, [meeting.group], now)
    _meet_alone(store, meeting, now)
    with store.begin_nested():
        meeting.cancelled_at = None
        revise(meeting, now)
        why_not = group_times.take(store, meeting, now)
        if why_not:
            raise why_not
    _ask_anew(store, meeting)
    on_and_off.on_again(store, meeting, off, by, now)
    look_again(store, meeting, now)
    audit.record(store, now, by, "restore", "meeting", meeting.ref)


def _meet_alone(store: Store, meeting: Meeting, now: datetime) -> None:
    """Nobody comes to another group instead any more."""
    for guest in store.scalars(select(Guest).where(Guest.instead_id == meeting.id)).all():
        group_times.free(store, guest.meeting, guest.person_id)
        there = Attendance.meeting_id == guest.meeting_id
        store.execute(delete(Attendance).where(there, Attendance.person_id == guest.person_id))
        store.expire(guest.meeting, ["guests", "attendances"])
        revise_set([guest.meeting], now)
        store.delete(guest)
    store.flush()


def _ask_anew(store: Store, meeting: Meeting) -> None:
    """A yes without the time for it is no yes."""
    taken = select(Commitment.person_id).where(Commitment.meeting_id == meeting.id)
    here = set(store.scalars(taken))
    for said in meeting.attendances:
        said.coming = None if said.coming and said.person_id not in here else said.coming
    store.flush()


def move(store: Store, meeting: Meeting, local: datetime, by: Person, now: datetime) -> None:
    """The same meeting at another wall time of its zone. What people answered is asked anew.

    Refused, with nothing changed, when its facilitator or a room is not free then.
    """
    starts_at, before = _lawful_start(store, meeting, local, now), meeting.local_start
    led = group_turns.leads(meeting)
    group_times.make_room(store, [meeting.group], now)
    with store.begin_nested():
        group_times.free(store, meeting)
        group_turns.forget_passes(store, meeting)
        meeting.starts_at, meeting.local_start = starts_at, local
        meeting.needs_time, meeting.go_ahead_at = False, None
        for said in meeting.attendances:
            said.coming = None
        revise(meeting, now)
        store.flush()
        why_not = group_times.take(store, meeting, now)
        if why_not:
            raise why_not
    group_messages.moved(store, meeting, before, by, now)
    if group_turns.leads(meeting) != led:
        rota.changed(store, meeting, led, by, now)
    audit.record(store, now, by, "move", "meeting", meeting.ref)


def _lawful_start(store: Store, meeting: Meeting, local: datetime, now: datetime) -> datetime:
    if meeting.cancelled_at:
        raise Refused(N_("That meeting is called off."))
    try:
        starts_at = to_utc(local, meeting.zone)
    except Refused as refusal:
        raise Refused(refusal.words, field="start", **refusal.facts) from refusal
    if starts_at <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="start")
    _refuse_night(store, meeting, local)
    if is_holiday(store, meeting.group, local.date()):
        raise Refused(N_("That day is a public holiday. Choose another."), field="start")
    if local == meeting.local_start and not meeting.needs_time:
        raise Refused(N_("It is at that time already. Choose another."), field="start")
    _refuse_twice(store, meeting, local)
    return starts_at


def _refuse_night(store: Store, meeting: Meeting, local: datetime) -> None:
    """Nobody is asked to come out at night: groups meet within the hours that the hub has set."""
    settings = read(store, GroupSettings)
    begins = local.hour * 60 + local.minute
    if begins < settings.day_from or begins + meeting.minutes > settings.day_to:
        raise Refused(
            N_("Groups meet between %(first)s and %(last)s. Choose a time in between."),
            field="start",
            first=_clock(settings.day_from),
            last=_clock(settings.day_to),
        )


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour % 24 < 12 else 'pm'}"


def _refuse_twice(store: Store, meeting: Meeting, local: datetime) -> None:
    there = select(Meeting.id).where(
        Meeting.group_id == meeting.group_id,
        Meeting.local_start == local,
        Meeting.id != meeting.id,
    )
    if store.scalar(there):
        raise Refused(
            N_("The group has a meeting there already. Choose another time."), field="start"
        )
