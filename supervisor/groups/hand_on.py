"""One turn to lead a meeting changes hands: by choice, because somebody can not, or is away."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.errors import NotFound, Refused
from supervisor.groups import group_times, group_turns, rota_messages
from supervisor.groups.group_turns import RotaSettings
from supervisor.models import Group, Meeting, Person, Store
from supervisor.rules.words import N_
from supervisor.sessions.placing import revise_set
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, today

NOBODY_ELSE = N_("Nobody else can lead that one. Move it, call it off, or ring the hub.")


def of_person(store: Store, group: Group, person: Person, now: datetime) -> list[Meeting]:
    """Those ahead that somebody leads in turn, soonest first."""
    ahead = group_times.ahead(store, group, now)
    return [one for one in ahead if one.leader_id == person.id and not one.needs_time]


def give(store: Store, meeting: Meeting, person: Person, by: Person, now: datetime) -> bool:
    """They lead this one by choice, and whose turn it was takes their next one where they can;
    whether they do."""
    _refuse_over(meeting, now)
    group_times.make_room(store, [meeting.group], now)
    before = group_turns.leads(meeting)
    if before == person:
        return False
    if person.id not in group_turns.ids(meeting.group):
        raise NotFound(N_("They do not lead this group."))
    group_turns.take_up(store, meeting, person.id)
    back = _next_of(store, meeting, person, now)
    _put(store, meeting, person)
    swapped = back is not None and before is not None and _gives_back(store, back, before)
    revise_set([meeting, *([back] if swapped and back else [])], now)
    rota_messages.changed(store, meeting, before, by, now)
    if swapped and back:
        rota_messages.changed(store, back, person, by, now)
    audit.record(store, now, by, "give", "turn", meeting.ref, person)
    return swapped


def _refuse_over(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at or meeting.starts_at <= now or meeting.needs_time:
        raise Refused(N_("That meeting is already settled."))
    if not group_turns.in_turn(meeting):
        raise Refused(N_("Nobody leads this one in turn."))


def _next_of(store: Store, meeting: Meeting, person: Person, now: datetime) -> Meeting | None:
    mine = of_person(store, meeting.group, person, now)
    return next((one for one in mine if one.id != meeting.id and not one.leader_kept), None)


def _gives_back(store: Store, back: Meeting, before: Person) -> bool:
    if not group_turns.can_lead(store, back, before.id):
        return False
    _put(store, back, before)
    return True


def _put(store: Store, meeting: Meeting, person: Person) -> None:
    """The time of one is given back and that of the other taken; the database decides."""
    if not group_turns.can_lead(store, meeting, person.id):
        raise Refused(N_("%(name)s cannot lead that one."), name=person.name)
    group_times.give_back_lead(store, meeting)
    if person.id not in group_times.taken_by(store, meeting):
        group_times.commit(store, meeting, person.id)
    meeting.leader, meeting.leader_kept = person, True
    store.flush()


def pass_on(store: Store, meeting: Meeting, person: Person, by: Person, now: datetime) -> None:
    """They can not lead this one: the next is asked, and told. Refused where nobody can."""
    if group_turns.leads(meeting) != person:
        raise NotFound(N_("Somebody else leads that one already."))
    _refuse_over(meeting, now)
    group_times.make_room(store, [meeting.group], now)
    with store.begin_nested():
        group_turns.pass_on(store, meeting, person.id)
        group_times.give_back_lead(store, meeting)
        if not group_times.find_leader(store, meeting):
            raise Refused(NOBODY_ELSE)
    revise_set([meeting], now)
    rota_messages.changed(store, meeting, person, by, now)
    audit.record(store, now, by, "pass_on", "turn", meeting.ref, person if by != person else None)


def hold(store: Store, person: Person, now: datetime) -> None:
    """The calendars of all who may lead in their place, and their own, in one order."""
    groups = {meeting.group for meeting in _own_ahead(store, person, now)}
    group_times.make_room(store, groups, now, [person.id])


def skip(store: Store, person: Person, by: Person, now: datetime) -> list[Meeting]:
    """Somebody is away: each of their turns in those days goes to the next who can. Where nobody
    can, they still have it, and whoever looks after the group is told."""
    handed = []
    for meeting in _own_ahead(store, person, now):
        if person.id in group_turns.asked(store, meeting)[:1]:
            continue
        try:
            pass_on(store, meeting, person, by, now)
            handed.append(meeting)
        except Refused:
            rota_messages.nobody(store, meeting, person, by, now)
    return handed


def drop(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """They have left the group: their turns go to the others; one that nobody can lead needs a
    time."""
    mine = group_turns.leader_of(group, person.id)
    if mine is None:
        return
    group.leaders.remove(mine)
    store.flush()
    group_times.make_room(store, [group], now)
    for meeting in of_person(store, group, person, now):
        group_times.give_back_lead(store, meeting)
        revise_set([meeting], now)
        if group_times.lead_or_wait(store, meeting):
            rota_messages.changed(store, meeting, None, by, now)


def _own_ahead(store: Store, person: Person, now: datetime) -> list[Meeting]:
    query = (
        select(Meeting)
        .where(
            Meeting.leader_id == person.id,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
        )
        .options(joinedload(Meeting.group))
    )
    return list(store.scalars(query.order_by(Meeting.starts_at)))


def remind(store: Store, now: datetime) -> int:
    """Whoever leads a meeting of these days is reminded, once; how many are."""
    zone, days = read(store, HubSettings).time_zone, read(store, RotaSettings).remind_days
    until = midnight(today(now, zone) + timedelta(days=days + 1), zone)
    query = select(Meeting).where(
        Meeting.leader_id.is_not(None),
        Meeting.starts_at > now,
        Meeting.starts_at < until,
        Meeting.cancelled_at.is_(None),
        Meeting.needs_time.is_(False),
    )
    return sum(rota_messages.soon(store, meeting, now) for meeting in store.scalars(query))
