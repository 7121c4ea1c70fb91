"""What the records say of those who asked for a group, of who can lead one, and of where."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations, product

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from supervisor import capacity
from supervisor.fits import fits_people
from supervisor.groups import forming_times, group_times, group_wishes, seats
from supervisor.groups.forming_settings import FormingSettings
from supervisor.groups.groups import GroupSettings
from supervisor.hours import elsewhere
from supervisor.models import Group, GroupWish, Person, PersonHat, Place, Provider, Series, Store
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Party
from supervisor.rules.fit_week import (
    DAY_MINUTES,
    WEEK,
    Stretches,
    minutes_ahead,
    stretches,
    without,
)
from supervisor.rules.grouping import Attender, Leader, Question, Room, Site, Sizes
from supervisor.rules.kinds import Hat, Mode
from supervisor.rules.ties import may_sit_with
from supervisor.settings import HubSettings, read, read_each
from supervisor.zones import today

WEEKS = 52
WORKING_DAYS = 5


def question(store: Store, kind: str, now: datetime) -> Question:
    """All that is asked, with the ids of people and places."""
    hub, forming = read_each(store, HubSettings, FormingSettings)
    on = today(now, hub.time_zone)
    facts = _Facts(store, now, hub.time_zone, forming)
    wishes = group_wishes.waiting(store, kind, now)
    people = [facts.asker(wish, (now - wish.asked_at).days) for wish in wishes]
    leaders = [one for one in facts.leaders() if one.groups > 0]
    sites = facts.sites([one.id for one in (*people, *leaders)])
    return Question(people, leaders, sites, facts.sizes, _apart(store, on, people, leaders))


def _apart(
    store: Store, on: date, people: Sequence[Attender], leaders: Sequence[Leader]
) -> frozenset[tuple[int, int]]:
    tied, asked = seats.ties(store, on), [one.id for one in people]
    pairs = [*combinations(asked, 2), *product(asked, (one.id for one in leaders))]
    return frozenset(p for p in pairs if p[0] != p[1] and not may_sit_with(p[0], p[1:], tied))


class _Facts:
    """The hub on a day, each table read once."""

    def __init__(self, store: Store, now: datetime, zone: str, forming: FormingSettings) -> None:
        self.store, self.now, self.zone, self.forming = store, now, zone, forming
        self.on = on = today(now, zone)
        self.parties = fits_people.parties(store, on, zone)
        self.usual_km = read(store, FitSettings).travel_km
        self.running = _running(store)
        self.busy = _busy(self.running, on)
        self.elsewhere = elsewhere.usual_weeks(store, self.parties, on, zone)
        self.sizes = _sizes(forming, read(store, GroupSettings), minutes_ahead(zone, on))

    def asker(self, wish: GroupWish, waited: int) -> Attender:
        """Who asked; the ways that they named for this come before their usual ones."""
        ways = frozenset(Mode(mode) for mode in wish.modes)
        return self._attender(self.parties[wish.person_id], ways, waited)

    def _attender(self, one: Party, ways: frozenset[Mode], waited: int = 0) -> Attender:
        usual = frozenset(mode for mode in Mode if one.meets_by(mode))
        km = self.usual_km if one.travel_km is None else one.travel_km
        return Attender(
            one.id, self._free(one), ways or usual, one.point, one.land, km, waited, one.region
        )  # fmt: skip

    def _free(self, one: Party) -> Stretches:
        """Whoever has named no hours is free on working days: they are asked nothing more."""
        day = (self.sizes.day_from, self.sizes.day_to)
        windows = one.windows or tuple((n, *day) for n in range(WORKING_DAYS))
        free = stretches(windows, minutes_ahead(one.zone, self.on))
        return without(free, [*self.busy[one.id], *self._elsewhere(one.id)])

    def _elsewhere(self, person: int) -> Iterator[tuple[int, int]]:
        """What their own calendars have week by week, on the clock of everybody's hours."""
        ahead = minutes_ahead(self.zone, self.on)
        for start, end in self.elsewhere.get(person, ()):
            yield (start - ahead) % WEEK, (start - ahead) % WEEK + end - start

    def leaders(self) -> Iterator[Leader]:
        """Those who lead groups, each with how many more they can."""
        led = Counter(group.facilitator_id for group in self.running)
        hours = _minutes_free(self.store, self.on, self.running)
        for person in facilitators(self.store, self.on):
            room = self.forming.groups_each - led[person]
            if person in hours:
                room = min(room, hours[person] // _minutes_a_year(self.forming))
            yield self._leader(person, room)

    def _leader(self, person: int, room: int) -> Leader:
        one = self._attender(self.parties[person], frozenset())
        return Leader(**vars(one), groups=room)

    def sites(self, people: Iterable[int]) -> list[Site]:
        """The towns of these people."""
        there = select(Person.place_id).where(Person.id.in_(list(people)))
        query = select(Place).where(Place.id.in_(there), Place.latitude.is_not(None))
        return [
            Site(place.id, (place.latitude, place.longitude), place.land, self._rooms(place))
            for place in self.store.scalars(query.order_by(Place.id))
            if place.latitude is not None and place.longitude is not None
        ]

    def _rooms(self, place: Place) -> list[Room] | None:
        return forming_times.rooms(self.store, place, self.sizes.starts(), self.now)


def _sizes(forming: FormingSettings, groups: GroupSettings, ahead: int) -> Sizes:
    """Nobody is asked to come out at night: they meet within the hours that the hub has set."""
    size = forming.least, forming.most, forming.minutes
    return Sizes(*size, groups.day_from, groups.day_to, ahead)


def _running(store: Store) -> list[Group]:
    query = select(Group).where(Group.closed_at.is_(None))
    return list(store.scalars(query.options(selectinload(Group.seats), selectinload(Group.series))))


def _busy(groups: Iterable[Group], on: date) -> Mapping[int, list[tuple[int, int]]]:
    """When in the week the groups meet that somebody leads or is in."""
    busy: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        inside = [seat.person_id for seat in group_times.seated(group, on)]
        times = [_week_of(one, on) for one in group.series if _goes_on(one, on)]
        for person in (group.facilitator_id, *inside):
            busy[person or 0] += times
    return busy


def _goes_on(series: Series, on: date) -> bool:
    return series.until_on is None or series.until_on >= on


def _week_of(series: Series, on: date) -> tuple[int, int]:
    local = series.first_start
    minute = local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
    start = (minute - minutes_ahead(series.zone, on)) % WEEK
    return start, start + series.minutes


def facilitators(store: Store, on: date) -> list[int]:
    """Who wears the hat, or leads a group already, and stays for a year."""
    wears = select(PersonHat.person_id).where(PersonHat.hat == Hat.FACILITATOR)
    leads = select(Group.facilitator_id).where(Group.closed_at.is_(None))
    stays = or_(Person.left_on.is_(None), Person.left_on > on + timedelta(weeks=WEEKS))
    query = select(Person.id).where(or_(Person.id.in_(wears), Person.id.in_(leads)), stays)
    return list(store.scalars(query.order_by(Person.id)))


def _minutes_a_year(forming: FormingSettings) -> int:
    return forming.minutes * WEEKS // forming.every_weeks


def _minutes_free(store: Store, on: date, groups: Iterable[Group]) -> dict[int, int]:
    """What is left of the hours a year of those who have named any."""
    query = select(Provider.person_id, Provider.hours_a_year)
    held, led = capacity.minutes_held(store, on), Counter[int | None]()
    for group in groups:
        rhythms = (one for one in group.series if _goes_on(one, on))
        led[group.facilitator_id] += sum(s.minutes * WEEKS // s.every_weeks for s in rhythms)
    return {
        person: int(hours * 60) - held[person] - led[person]
        for person, hours in store.execute(query)
        if hours is not None
    }
