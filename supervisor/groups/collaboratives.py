"""A learning collaborative: four members of one organisation learn together for a year, and each
has somebody to talk to one to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select

from supervisor import audit, grants
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.grants import Grant
from supervisor.groups import group_messages, groups, seats
from supervisor.groups.forming_facts import facilitators
from supervisor.models import Group, Job, Organisation, Person, Seat, Store
from supervisor.rules.days import months_after
from supervisor.rules.kinds import GroupKind, Kind
from supervisor.rules.ties import may_sit_with
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_utc, today

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


def members_of(store: Store, organisation: Organisation, now: datetime) -> list[Person]:
    """Who works there today, by name."""
    on = _today(store, now)
    here = exists().where(
        Job.person_id == Person.id, Job.organisation_id == organisation.id, current_job(on)
    )
    stays = or_(Person.left_on.is_(None), Person.left_on >= on)
    return list(store.scalars(select(Person).where(here, stays).order_by(Person.name)))


def leaders(store: Store, now: datetime) -> list[Person]:
    """Who can lead one."""
    ids = facilitators(store, _today(store, now))
    return list(store.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name)))


def _today(store: Store, now: datetime) -> date:
    return today(now, read(store, HubSettings).time_zone)


def begin(store: Store, plan: Plan, by: Person, now: datetime) -> Group:
    """Make the group with its seats and its rhythm until the year is over, give coaching to each
    who has none, and tell everybody."""
    settings = read(store, CollaborativeSettings)
    _refuse(store, plan, settings, now)
    group = Group(
        name=plan.name, kind=GroupKind.LEARNING_COLLABORATIVE, facilitator=plan.leads,
        mode=plan.mode, minimum=min(3, settings.members), maximum=settings.members,
        seats=[Seat(person=person, joined_on=_today(store, now)) for person in plan.people],
    )  # fmt: skip
    store.add(group)
    store.flush()
    last = months_after(plan.first.date(), settings.months) - ONE_DAY
    zone = read(store, HubSettings).time_zone
    groups.meet(
        store, group, plan.first, zone, settings.every_weeks, settings.minutes, last, now
    )  # fmt: skip
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
    tied = seats.ties(store, _today(store, now))
    everybody = {one.id for one in (*plan.people, plan.leads)}
    if len(everybody) == len(plan.people) or not all(
        may_sit_with(one, everybody - {one}, tied) for one in everybody
    ):
        raise Refused(N_("Not available: not everybody can be in one group with everybody."))
    if to_utc(plan.first, read(store, HubSettings).time_zone) <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="first")


def _coach(store: Store, person: Person, given: Grant, by: Person, now: datetime) -> None:
    """Who has coaching in these days already keeps what they have."""
    runs = grants.running(store, person, given.kind, given.starts_on)
    begins = grants.next_begins(store, person, given.kind, given.starts_on)
    if runs is None and not (begins and begins <= given.ends_on):
        grants.grant(store, person, given, by, now)
