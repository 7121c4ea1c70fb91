"""Several lead a group in turn: who they are, and turns dealt fairly from a day on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import group_times, group_turns, rota_messages, seats
from supervisor.hours import elsewhere
from supervisor.models import Group, Leader, Meeting, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.ties import may_sit_with
from supervisor.rules.words import N_
from supervisor.sessions.placing import revise_set
from supervisor.settings import hub_today


@dataclass(frozen=True)
class Turn:
    """One meeting ahead and who leads it; `can` are the others who could."""

    meeting: Meeting
    leads: Person | None
    can: list[Person]


def turns(store: Store, group: Group, now: datetime) -> list[Turn]:
    """The meetings ahead that have a time, soonest first."""
    everybody = group_turns.leaders(group)
    return [
        _turn(store, meeting, everybody)
        for meeting in group_times.ahead(store, group, now)
        if not meeting.needs_time
    ]


def _turn(store: Store, meeting: Meeting, everybody: list[Person]) -> Turn:
    leads = group_turns.leads(meeting)
    others = [one for one in everybody if one != leads] if group_turns.in_turn(meeting) else []
    ids = [one.id for one in others]
    busy = elsewhere.busy_then(store, ids, meeting.starts_at, meeting.minutes)
    free = [one for one in others if one.id not in busy]
    can = [one for one in free if group_turns.can_lead(store, meeting, one.id)]
    return Turn(meeting, leads, can)


def ask(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """They lead it in turn from now on; turns are dealt anew, and each is told of theirs."""
    on = _hold(store, group, now)
    if person.id in group_turns.ids(group):
        return
    member = person.id in {seat.person_id for seat in group_times.seated(group, on)}
    _refuse(store, group, person, on, member=member)
    group.leaders.append(Leader(person=person, member=member))
    store.flush()
    _deal(store, group, max(on, group.rota_from or on), now, by)
    audit.record(store, now, by, "ask", "rota", group.ref, person)


def _hold(store: Store, group: Group, now: datetime) -> date:
    store.flush()
    read_again(store, group)
    store.refresh(group, ["leaders", "seats"])
    return hub_today(store, now)


def _refuse(store: Store, group: Group, person: Person, on: date, *, member: bool) -> None:
    """A member sits there already: a no to whoever leads it would tell of a conflict inside."""
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    if member and not group_turns.members_may(store, group):
        raise Refused(N_("In this kind of group members do not lead."))
    others = {seat.person_id for seat in group_times.seated(group, on)} - {person.id}
    gone = person.left_on is not None and person.left_on < on
    if gone or not (member or may_sit_with(person.id, others, seats.ties(store, on))):
        raise Refused(seats.NOT_THIS_ONE)


def begin(store: Store, group: Group, first: date, by: Person, now: datetime) -> None:
    """Deal the turns anew from a day on; what somebody chose by hand stays."""
    on = _hold(store, group, now)
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    if first < on:
        raise Refused(N_("That day is over. Choose one that is still to come."), field="first")
    _deal(store, group, first, now, by)
    audit.record(store, now, by, "deal", "rota", group.ref)


def _deal(store: Store, group: Group, first: date, now: datetime, by: Person) -> None:
    changed = deal(store, group, first, now)
    rota_messages.dealt(store, group, changed, by, now)


def deal(store: Store, group: Group, first: date, now: datetime) -> dict[Person, list[Meeting]]:
    """The calendars of all are held while turns change hands. Who has other turns by that, with
    all of theirs; nobody is told."""
    ahead = group_times.ahead(store, group, now)
    led = [one.leader_id for one in ahead if one.leader_id]
    group_times.make_room(store, [group], now, led)
    before = {meeting.id: group_turns.leads(meeting) for meeting in ahead}
    group.rota_from = first
    known = group_turns.ids(group)
    free = [
        one
        for one in ahead
        if not one.needs_time and not (one.leader_kept and one.leader_id in known)
    ]
    for meeting in free:
        group_times.give_back_lead(store, meeting)
    for meeting in free:
        group_times.lead_or_wait(store, meeting)
    revise_set(ahead, now)
    return _changed(group, ahead, before)


def _changed(
    group: Group, ahead: Sequence[Meeting], before: dict[int, Person | None]
) -> dict[Person, list[Meeting]]:
    """Whose turns are other than they were, each with all of theirs."""
    found: dict[Person | None, list[Meeting]] = defaultdict(list)
    touched: set[Person | None] = set()
    for meeting in ahead:
        leads = group_turns.leads(meeting)
        found[leads].append(meeting)
        if leads != before[meeting.id]:
            touched |= {leads, before[meeting.id]}
    return {one: found[one] for one in group_turns.leaders(group) if one in touched}


def release(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """They lead it in turn no more; who is alone again leads it as before."""
    _hold(store, group, now)
    mine = group_turns.leader_of(group, person.id)
    if mine is None:
        return
    group.leaders.remove(mine)
    store.flush()
    on = hub_today(store, now)
    _deal(store, group, max(on, group.rota_from or on), now, by)
    rota_messages.no_more(store, group, person, by, now)
    audit.record(store, now, by, "release", "rota", group.ref, person)
