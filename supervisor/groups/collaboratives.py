"""A learning collaborative: four members of one organisation learn together for a year, and each
has somebody to talk to one to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from supervisor import audit, grants
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.grants import Grant
from supervisor.groups import group_messages, group_times, groups, seats
from supervisor.groups.forming_facts import facilitators
from supervisor.models import Group, Job, Meeting, Organisation, Person, Seat, Store
from supervisor.rules.days import months_after
from supervisor.rules.kinds import GroupKind, Kind
from supervisor.rules.ties import may_sit_with
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import to_utc

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CollaborativeSettings:
    """How many are in one, for how many months, how often and how long they meet, and how many
    sessions of coaching each has beside it."""

    members: int = 4
    months: int = 12
    every_weeks: int = 4
    minutes: int = 90
    sessions: int = 6
    session_minutes: int = 60


@dataclass(frozen=True)
class Plan:
    """What the hub typed: `first` is the first meeting, as wall time."""

    name: str
    organisation: Organisation
    people: Sequence[Person]
    leads: Person
    mode: str
    first: datetime


def organisations(store: Store, now: datetime) -> list[Organisation]:
    """Those with people enough for one, by name."""
    settings = read(store, CollaborativeSettings)
    many = (
        select(Job.organisation_id)
        .join(Person, Person.id == Job.person_id)
        .where(*_works(hub_today(store, now)))
        .group_by(Job.organisation_id)
        .having(func.count(Job.person_id.distinct()) >= settings.members)
    )
    query = select(Organisation).where(Organisation.id.in_(many)).order_by(Organisation.name)
    return list(store.scalars(query))


def _works(on: date) -> tuple[ColumnElement[bool], ...]:
    """In a job that runs, by somebody who has not left."""
    return current_job(on), or_(Person.left_on.is_(None), Person.left_on >= on)


def members_of(store: Store, organisation: Organisation, now: datetime) -> list[Person]:
    """Who works there today, by name."""
    runs, stays = _works(hub_today(store, now))
    here = exists().where(Job.person_id == Person.id, Job.organisation_id == organisation.id, runs)
    return list(store.scalars(select(Person).where(here, stays).order_by(Person.name)))


def leaders(store: Store, now: datetime) -> list[Person]:
    """Who can lead one."""
    ids = facilitators(store, hub_today(store, now))
    return list(store.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name)))


def begin(store: Store, plan: Plan, by: Person, now: datetime) -> Group:
    """Make the group with its seats and its rhythm until the year is over, give coaching to each
    who has none, and tell everybody."""
    settings = read(store, CollaborativeSettings)
    _refuse(store, plan, settings, now)
    group = Group(
        name=plan.name, kind=GroupKind.LEARNING_COLLABORATIVE, facilitator=plan.leads,
        mode=plan.mode, minimum=min(3, settings.members), maximum=settings.members,
        seats=[Seat(person=person, joined_on=hub_today(store, now)) for person in plan.people],
    )  # fmt: skip
    store.add(group)
    store.flush()
    last = months_after(plan.first.date(), settings.months) - ONE_DAY
    zone = read(store, HubSettings).time_zone
    groups.meet(
        store, group, plan.first, zone, settings.every_weeks, settings.minutes, last, now
    )  # fmt: skip
    _refuse_without_first(store, group)
    for person in plan.people:
        _coach(store, person, Grant(
            Kind.COACHING, settings.sessions, settings.session_minutes, plan.first.date(), last,
            None,
        ), by, now)  # fmt: skip
    group_messages.formed(store, group, plan.first, by, now)
    audit.record(store, now, by, "form", "group", group.ref)
    return group


def _refuse(store: Store, plan: Plan, settings: CollaborativeSettings, now: datetime) -> None:
    if not plan.name:
        raise Refused(N_("Write what it is called."), field="name")
    if len({one.id for one in plan.people}) != settings.members:
        raise Refused(N_("Pick %(n)d people."), field="person", n=settings.members)
    here = {one.id for one in members_of(store, plan.organisation, now)}
    if not here.issuperset(one.id for one in plan.people):
        raise Refused(N_("All of them work for one organisation."), field="person")
    tied = seats.ties(store, hub_today(store, now))
    everybody = {one.id for one in (*plan.people, plan.leads)}
    if len(everybody) == len(plan.people) or not all(
        may_sit_with(one, everybody - {one}, tied) for one in everybody
    ):
        raise Refused(N_("Not available: not everybody can be in one group with everybody."))
    if to_utc(plan.first, read(store, HubSettings).time_zone) <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="first")

    _refuse_twice(store, plan.people, now)


def _refuse_twice(store: Store, people: Sequence[Person], now: datetime) -> None:
    """Nobody is in two that go on, and a second press begins none."""
    goes_on = exists().where(
        Meeting.group_id == Group.id, Meeting.starts_at > now, Meeting.cancelled_at.is_(None)
    )
    query = (
        select(Person.name)
        .join(Seat, Seat.person_id == Person.id)
        .join(Group)
        .where(
            Group.kind == GroupKind.LEARNING_COLLABORATIVE, Group.closed_at.is_(None), goes_on,
            Seat.left_on.is_(None), Person.id.in_([one.id for one in people]),
        )
        .order_by(Person.name)
    )  # fmt: skip
    if name := store.scalars(query).first():
        raise Refused(N_("%(name)s is in one already."), field="person", name=name)


def _refuse_without_first(store: Store, group: Group) -> None:
    """The first meeting is told to everybody: it has a time, and somebody to lead it."""
    query = select(Meeting).where(Meeting.group_id == group.id).order_by(Meeting.starts_at)
    first = store.scalars(query.limit(1)).one()
    if groups.is_holiday(store, group, first.local_start.date()):
        raise Refused(N_("That day is a public holiday. Choose another."), field="first")
    if first.needs_time:
        raise Refused(group_times.LEADER_BUSY, field="first")


def _coach(store: Store, person: Person, given: Grant, by: Person, now: datetime) -> None:
    """Who has coaching in these days already keeps what they have."""
    runs = grants.running(store, person, given.kind, given.starts_on)
    begins = grants.next_begins(store, person, given.kind, given.starts_on)
    if runs is None and not (begins and begins <= given.ends_on):
        grants.grant(store, person, given, by, now)
