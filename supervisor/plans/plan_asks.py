"""What a plan is asked, read from the records: what is owed, by whom, and when both are free."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from supervisor import entitlements
from supervisor.hours import hours
from supervisor.hours.hours import Meet, main_one
from supervisor.hours.ways import Way, way, zone_of
from supervisor.models import Entitlement, Person, Store
from supervisor.plans import plan_records
from supervisor.plans.plan_records import Met
from supervisor.rules import open_values as values
from supervisor.rules import openings as rule
from supervisor.rules.cadence import Aim, aims
from supervisor.rules.days import DAY, Span, is_away, merged
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import ANY, Spot
from supervisor.rules.openings import BookingSettings, Run, Stretch
from supervisor.rules.pace import PaceSettings
from supervisor.rules.plan_taken import Apart
from supervisor.rules.plan_values import Ask, Free, Giver, Limits, PlanSettings
from supervisor.rules.wall import clock, minutes_of
from supervisor.settings import HubSettings, read_each
from supervisor.zones import to_local, today


@dataclass(frozen=True)
class Wanted:
    """What an entitlement wants of one provider, and how they meet: None where there is no way."""

    entitlement: Entitlement
    provider: Person
    way: Way | None
    ask: Ask


@dataclass(frozen=True)
class Loss:
    """The days of booked meetings, by entitlement, that a provider cannot keep: they are away."""

    provider: int
    away: Span
    days: Mapping[int, Sequence[date]]


class Question:
    """The records of a plan, each kind read once, and what they ask: all that is owed, or to make
    good for a loss, with whoever is away and no more than that.

    `idle` holds what is owed where no day is left on which the two could meet.
    """

    def __init__(
        self, store: Store, first: date, last: date, now: datetime, loss: Loss | None = None
    ) -> None:
        self.hub, self.booking, self.fit, self.pace, self.settings = read_each(
            store, HubSettings, BookingSettings, FitSettings, PaceSettings, PlanSettings
        )
        self.now, self.earliest = now, now + timedelta(hours=self.booking.notice_hours)
        self.first = max(first, today(self.earliest, self.hub.time_zone))
        self.last = last
        self.loss = loss
        self.owed = plan_records.owed(store, self.first, last, loss.days if loss else None)
        self.runs, self.agreed = plan_records.runs(store, self.owed)
        self.met = plan_records.met(store, self.owed)
        self.positions = entitlements.positions(store, self.owed, now)
        ids = {run.provider for runs in self.runs.values() for run in runs}
        self.people = hours.people(store, ids | {e.person_id for e in self.owed})
        self.diary = hours.diary(
            store, list(self.people.values()), self.first, last, now, self.hub, self.booking
        )
        if loss:
            self._lose(loss)
        self.limits = Limits(
            max(1, self.pace.shortest_gap_days),
            self.booking.grid_minutes,
            self.booking.most_a_day,
            self.booking.most_a_week,
        )
        self.idle: dict[Entitlement, int] = {}
        self.wanted = [wanted for one in self.owed for wanted in self._of(one)]
        self.givers = self._givers()
        rooms = {} if self.booking.without_room else self.diary.rooms
        self.apart = Apart(self.diary.hours, rooms, self._most())

    def _lose(self, loss: Loss) -> None:
        """As if the time away were written down, and what lies in it not booked."""
        hours_of, gone = self.diary.hours, loss.provider
        away = merged([*hours_of[gone].leave, loss.away])
        hours_of[gone] = replace(hours_of[gone], leave=away)
        for id_, lost in loss.days.items():
            met = self.met.get(id_)
            if met:
                days = [day for day in met.days if day not in lost]
                self.met[id_] = Met(days, met.last_start)

    def _of(self, one: Entitlement) -> Iterator[Wanted]:
        """An entitlement's asks: one of each provider who is in charge on days that it aims at."""
        seen = self.positions[one.id]
        owed = max(0, seen.contracted - seen.held - seen.booked)
        turns = rule.turns(self.runs[one.id], max(self.first, one.starts_on), one.ends_on)
        if self.loss:
            owed = len(self.loss.days[one.id])
            turns = [turn for turn in turns if turn.provider == self.loss.provider]
        days = {day: turn.provider for turn in turns for day in self._open(one, turn)}
        if owed and not days:
            self.idle[one] = owed
        wanted = self._aims(one, sorted(days), owed)
        for provider in dict.fromkeys(days.values()):
            theirs = [aim for aim in wanted if days[date.fromordinal(aim.day)] == provider]
            if theirs:
                yield self._wanted(one, self.people[provider], turns, theirs)

    def _open(self, one: Entitlement, turn: Run) -> Iterator[date]:
        """The days of a turn on which neither is away."""
        assert turn.last
        away = [self.diary.hours[id_].leave for id_ in (one.person_id, turn.provider)]
        first = max(turn.first, to_local(self._soonest(one, turn), self.hub.time_zone).date())
        for day in rule.days_of(first, turn.last):
            if not any(is_away(day, spans) for spans in away):
                yield day

    def _soonest(self, one: Entitlement, turn: Run) -> datetime:
        """Whoever of the two wants the longer notice has it."""
        pair = self.people[one.person_id], self.people[turn.provider]
        notice, _ahead = hours.bounds(pair, self.booking)
        return max(self.earliest, self.now + timedelta(hours=notice))

    def _aims(self, one: Entitlement, days: Sequence[date], owed: int) -> list[Aim]:
        """Spread over all the days that are left; those after the plan's last are not its own."""
        met = self.met.get(one.id)
        ahead = [day.toordinal() for day in (met.days if met else ()) if day >= self.first]
        ordinals = [day.toordinal() for day in days if not self.loss or day <= self.last]
        spread = aims(ordinals, ahead, self._since(one, met), owed, self.limits.gap)
        last = self.last.toordinal()
        return [Aim(aim.day, aim.first, min(aim.last, last)) for aim in spread if aim.day <= last]

    def _since(self, one: Entitlement, met: Met | None) -> int | None:
        """The last session before the plan; without one, the first day of a pair that has
        waited for more than half an interval."""
        before = [day for day in (met.days if met else ()) if day < self.first]
        if before:
            return max(before).toordinal()
        began = max(one.starts_on, min(run.first for run in self.runs[one.id]))
        interval = self.positions[one.id].interval_days or 0
        waits = (self.first - began).days > interval * self.pace.nothing_booked_share
        return began.toordinal() if waits else None

    def _wanted(
        self, one: Entitlement, provider: Person, turns: Sequence[Run], theirs: Sequence[Aim]
    ) -> Wanted:
        worker = self.people[one.person_id]
        agreed = self.agreed[one.id, provider.id]
        meets = self.diary.meets_of(worker, provider, self.booking, self.fit, agreed)
        meet = main_one(self._with_rooms(meets, one.minutes))
        how = way(worker, meet.mode, self.hub, meet.place) if meet else None
        zone = how.zone if how else zone_of(worker, self.hub)
        met = self.met.get(one.id)
        ask = Ask(
            key=one.id,
            worker=worker.id,
            provider=provider.id,
            minutes=one.minutes,
            aims=theirs,
            both=self._both(meet.both, how, one, _turns_of(provider, turns))
            if meet and how
            else (),
            clock=clock(zone, self.first, self.last),
            kept=[day.toordinal() for day in (met.days if met else ())],
            usual=_habit(met.last_start) if met else None,
            way=_way(worker, how.mode) if how else ANY,
            elsewhere=self._elsewhere(worker, provider, how.mode) if how else (),
        )
        return Wanted(one, provider, how, ask)

    def _elsewhere(self, worker: Person, provider: Person, mode: str) -> list[tuple[Spot, Free]]:
        """Where they meet in person in hours that name a place."""
        if mode != Mode.IN_PERSON:
            return []
        found = self.diary.elsewhere(worker.id, provider.id, self.fit.travel_km)
        return [(spot, _minutes(there)) for spot, there in found if there]

    def _with_rooms(self, meets: Sequence[Meet], minutes: int) -> Sequence[Meet]:
        """In person only while a room is free of what is booked, where the hub wants one."""
        return meets if self.booking.without_room else self.diary.with_rooms(meets, minutes)

    def _both(
        self, both: Sequence[Stretch], how: Way, one: Entitlement, turns: Sequence[Run]
    ) -> Free:
        """When both are free while the provider is in charge, from the notice on."""
        spans = rule.joined(
            self._instants(turn, how.zone, self._soonest(one, turn)) for turn in turns
        )
        return _minutes(rule.common(both, spans))

    def _instants(self, turn: Run, zone: str, soonest: datetime) -> Stretch:
        assert turn.last
        begins = rule.instant(turn.first, 0, zone)
        ends = rule.instant(min(turn.last, self.last) + DAY, 0, zone)
        return max(begins, soonest), max(ends, soonest)

    def _most(self) -> dict[int, tuple[int, int]]:
        return {id_: self._most_of(person) for id_, person in self.people.items()}

    def _most_of(self, person: Person) -> tuple[int, int]:
        wish = hours.wishes(person, self.booking)
        return wish.most_a_day, wish.most_a_week

    def _givers(self) -> dict[int, Giver]:
        """Each provider with all the time that is free for any of the ways they meet by."""
        by: dict[int, set[str]] = defaultdict(set)
        for wanted in self.wanted:
            by[wanted.provider.id] |= {wanted.way.mode} if wanted.way else set()
        return {provider: self._giver(provider, by[provider]) for provider in by}

    def _giver(self, provider: int, by: set[str]) -> Giver:
        zone = self.diary.hours[provider].zone
        free = rule.joined(s for mode in sorted(by) for s in self.diary.free(provider, mode))
        busy = self.diary.hours[provider].busy
        held = Counter(to_local(start, zone).date().toordinal() for start, *_rest in busy)
        most = self._most_of(self.people[provider])
        return Giver(provider, _minutes(free), clock(zone, self.first, self.last), held, most)


def _turns_of(provider: Person, turns: Sequence[Run]) -> list[Run]:
    """Those in which somebody is in charge."""
    return [turn for turn in turns if turn.provider == provider.id]


def _minutes(stretches: Sequence[Stretch]) -> Free:
    return [(minutes_of(start), minutes_of(end)) for start, end in stretches]


def _way(worker: Person, mode: str) -> values.Way:
    """Meeting a worker by a mode, in person where they are."""
    here = hours.spot_of(worker.place) if mode == Mode.IN_PERSON and worker.place else None
    return values.Way(mode, here)


def _habit(last: datetime) -> tuple[int, int]:
    return last.weekday(), last.hour * 60 + last.minute
