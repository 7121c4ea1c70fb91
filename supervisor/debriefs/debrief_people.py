"""Whom to ask when somebody wants to talk: who may be, nearest in time first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from supervisor import capacity
from supervisor.fits.fits_hub import Known, known
from supervisor.hours import hours
from supervisor.hours.ways import zone_of
from supervisor.models import Debrief, DebriefAsk, Entitlement, Job, Leave, Match, Person, Store
from supervisor.reach import texting
from supervisor.rules.days import DAY
from supervisor.rules.debrief import ANYBODY, CHOSEN, Whom, is_at, is_night, may_be_asked
from supervisor.rules.fit_values import Provider
from supervisor.rules.kinds import Channel, Kind, Mode
from supervisor.rules.openings import BookingSettings, Stretch
from supervisor.settings import HubSettings, hub_today, read
from supervisor.viewers import current_job
from supervisor.zones import to_local, today

SOON, AHEAD = timedelta(days=2), timedelta(days=14)
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class DebriefSettings:
    """When somebody wants to talk: how many are asked at once, how soon the next are, and when
    the hub is told. Whoever asks more than `a_day` times within a day, with nobody taking it, is
    never refused: the hub is told first, and others rest. Between the two hours it is night where
    the worker is. `work_domains` are those of employers, to which nothing of this is written."""

    at_once: int = 3
    next_minutes: int = 20
    hub_minutes: int = 20
    a_day: int = 3
    night_from: int = 21
    night_to: int = 7
    minutes: int = 45
    open_hours: int = 48
    keep_days: int = 366
    work_domains: str = ""


def managers(store: Store, person: Person, on: date) -> list[Person]:
    """Who manages them in a job of the day, by name."""
    query = (
        select(Person)
        .join(Job, Job.manager_id == Person.id)
        .where(Job.person_id == person.id, current_job(on))
    )
    return sorted(set(store.scalars(query)), key=lambda one: one.name)


def supervisors(store: Store, person: Person, on: date) -> list[int]:
    """Who supervises them today, whoever covers included."""
    query = (
        select(Match.provider_id)
        .join(Match.entitlement)
        .where(
            Entitlement.person_id == person.id,
            Entitlement.kind == Kind.PEER_SUPERVISION,
            capacity.running(on),
        )
    )
    return list(dict.fromkeys(store.scalars(query.order_by(Match.cover.desc(), Match.id))))


def next_to_ask(store: Store, debrief: Debrief, now: datetime) -> list[Person]:
    """Everybody who can be asked and was not yet: whom they chose, else whoever is nearest in
    time; of those who are equally near, who was asked least of late."""
    on = hub_today(store, now)
    hub, asked = _known(store, debrief, on), {one.person_id for one in debrief.asks}
    for ids in (_chosen(store, debrief, hub, on), _others(store, debrief, hub, on)):
        people = _present(store, [one for one in ids if one not in asked], on)
        if reached := _reachable(store, people):
            return _nearest(store, reached, now)
    return []


def _known(store: Store, debrief: Debrief, on: date) -> Known:
    assert debrief.person
    meant = [debrief.person.id, *supervisors(store, debrief.person, on)]
    return known(store, on, [*meant, *([debrief.manager_id] if debrief.manager_id else [])])


def _chosen(store: Store, debrief: Debrief, hub: Known, on: date) -> list[int]:
    """A conflict keeps even these apart: then others are asked as if they had not answered."""
    assert debrief.person
    if debrief.whom == Whom.ANOTHER:
        return []
    manager = [debrief.manager_id] if debrief.manager_id else []
    meant = manager if manager else supervisors(store, debrief.person, on)
    providers = [Provider(hub.people[one]) for one in meant if one in hub.people]
    return may_be_asked(hub.people[debrief.person.id], providers, hub.day, CHOSEN)


def _others(store: Store, debrief: Debrief, hub: Known, on: date) -> list[int]:
    """Who asks for somebody else does not mean the one whom they meet anyway."""
    assert debrief.person
    mode = Mode(debrief.way)
    offering = [one for one in hub.providers if one.party.meets_by(mode)]
    found = may_be_asked(hub.people[debrief.person.id], offering, hub.day, ANYBODY)
    theirs = supervisors(store, debrief.person, on) if debrief.whom == Whom.ANOTHER else []
    return [one for one in found if one not in theirs]


def _present(store: Store, ids: Iterable[int], on: date) -> list[int]:
    away = select(Leave.person_id).where(Leave.starts_on <= on, Leave.ends_on > on)
    gone = set(store.scalars(away))
    return [one for one in ids if one not in gone]


def _reachable(store: Store, ids: Sequence[int]) -> list[Person]:
    found, how = hours.people(store, ids), ways(store)
    return [found[one] for one in ids if one in found and how.of_asked(found[one])]


def _nearest(store: Store, people: list[Person], now: datetime) -> list[Person]:
    soon, lately = soonest(store, people, now), _asked_lately(store, now)
    return sorted(people, key=lambda one: (soon[one.id], lately[one.id], one.ref))


def soonest(store: Store, people: Sequence[Person], now: datetime) -> dict[int, datetime]:
    """When each is next free for long enough; who is not for two weeks comes last. Most are free
    soon, so that a longer time is looked through for the others alone."""
    found: dict[int, datetime] = {}
    for ahead in (SOON, AHEAD):
        left = [person for person in people if person.id not in found]
        found |= _free_within(store, left, ahead, now) if left else {}
    return {person.id: found.get(person.id, now + AHEAD) for person in people}


def _free_within(
    store: Store, people: Sequence[Person], ahead: timedelta, now: datetime
) -> dict[int, datetime]:
    hub, booking = read(store, HubSettings), read(store, BookingSettings)
    first = today(now, hub.time_zone)
    diary = hours.diary(store, people, first, first + ahead, now, hub, booking)
    long = timedelta(minutes=read(store, DebriefSettings).minutes)
    free = {one.id: _first(diary.free(one.id, None), long, now) for one in people}
    return {id_: at for id_, at in free.items() if at}


def _first(free: Sequence[Stretch], long: timedelta, now: datetime) -> datetime | None:
    return next((max(s, now) for s, end in free if end - max(s, now) >= long), None)


def _asked_lately(store: Store, now: datetime) -> Counter[int]:
    query = (
        select(DebriefAsk.person_id, func.count())
        .where(DebriefAsk.asked_at > now - LATELY)
        .group_by(DebriefAsk.person_id)
    )
    return Counter({row[0]: row[1] for row in store.execute(query)})


def often(store: Store, debrief: Debrief) -> bool:
    """Whether they asked as often as people are asked in a day before this, and nobody took it."""
    before = select(func.count(Debrief.id)).where(
        Debrief.person_id == debrief.person_id,
        Debrief.id < debrief.id,
        Debrief.accepted_at.is_(None),
        Debrief.asked_at > debrief.asked_at - DAY,
    )
    return (store.scalar(before) or 0) >= read(store, DebriefSettings).a_day


def at_night(store: Store, person: Person, now: datetime) -> bool:
    """Whether it is night where they are."""
    settings = read(store, DebriefSettings)
    there = to_local(now, zone_of(person, read(store, HubSettings)))
    return is_night(there.hour, settings.night_from, settings.night_to)


@dataclass(frozen=True)
class Ways:
    """How people can be told of it: whether texts go out, and which addresses are at work."""

    texts: bool
    domains: str

    def of_worker(self, person: Person) -> Channel | None:
        """By text where they like that, else by mail, and never at work. None where there is no
        such way: then they read it on the page."""
        texts = self.texts and bool(person.phone)
        mails = bool(person.mailbox) and not is_at(person.mailbox or "", self.domains)
        if texts and (person.contact_by == Channel.TEXT or not mails):
            return Channel.TEXT
        return Channel.EMAIL if mails else None

    def of_asked(self, person: Person) -> Channel | None:
        """The same; but who can be written to at their own work alone is, since it names
        nobody."""
        return self.of_worker(person) or (Channel.EMAIL if person.mailbox else None)


def ways(store: Store) -> Ways:
    """As the hub has set them."""
    return Ways(texting(store), read(store, DebriefSettings).work_domains)
