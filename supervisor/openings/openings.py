"""Openings: times that suit a worker and a provider, best first, with reasons where none do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import func, select

from supervisor.access import RUNNING
from supervisor.hours import hours
from supervisor.hours.hours import Diary, Meet
from supervisor.hours.ways import Way, way, zone_of
from supervisor.models import Agreement, Amendment, Entitlement, Match, Person, Session, Store
from supervisor.rules import openings as rule
from supervisor.rules.days import DAY, present
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Outcome
from supervisor.rules.names import first_name
from supervisor.rules.open_values import Spot
from supervisor.rules.openings import BookingSettings, Run, Search, Wish
from supervisor.rules.pace import PaceSettings
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read_each
from supervisor.zones import to_local, today

NOT_SOON = N_("Nothing suits you both before %(day)s. Ask for another time.")
NO_WAY = N_("There is no way of meeting that suits you both.")
NOT_YET = N_("Nothing suits you both up to %(day)s. Later days open as time goes on.")
NO_HOURS = N_("Nothing in your hours fits both. Ring the hub: it can find a time with you.")


@dataclass(frozen=True)
class Opening:
    """A time that suits both, in the session's zone, with whom and how they would meet."""

    starts_at: datetime
    local_start: datetime
    zone: str
    minutes: int
    mode: str
    place_id: int | None
    provider_id: int
    place: Spot | None = None


@dataclass(frozen=True)
class Openings:
    """Times best first, and why there are not more."""

    times: list[Opening]
    reasons: list[Words]


@dataclass(frozen=True)
class Matched:
    """Who is met under an entitlement and when, how each agreed to meet, and the total."""

    runs: list[Run]
    agreed: dict[int, str | None]
    contracted: int


@dataclass(frozen=True)
class Frame:
    """All that a search for one entitlement goes by."""

    entitlement: Entitlement
    matched: Matched
    people: dict[int, Person]
    diary: Diary
    hub: HubSettings
    booking: BookingSettings
    fit: FitSettings
    pace: PaceSettings
    earliest: datetime
    far: date

    @property
    def worker(self) -> Person:
        """Whose entitlement it is."""
        return self.people[self.entitlement.person_id]

    def meets(self, turn: Run) -> list[Meet]:
        """How the worker and the provider of a turn can meet, and when."""
        provider, agreed = self.people[turn.provider], self.matched.agreed[turn.provider]
        return self.diary.meets_of(self.worker, provider, self.booking, self.fit, agreed)

    def way(self, meet: Meet) -> Way:
        """With the place and the zone that it has."""
        return way(self.worker, meet.mode, self.hub, meet.place)


def openings(
    store: Store,
    entitlement: Entitlement,
    now: datetime,
    count: int = 12,
    provider: Person | None = None,
    until: date | None = None,
    moving: Session | None = None,
    near: date | None = None,
) -> Openings:
    """The best times from now with whoever is in charge on each day, or with one provider.

    `until` looks further than the usual horizon, as is done where nothing is found within it;
    `near` is a day that they wish for, instead of the one that their cadence points to. A session
    that is `moving` takes nobody's time. Two meetings are a sensible gap apart where they can be,
    and never on one day.
    """
    frame = _frame(store, entitlement, provider, until, now, moving)
    turns = rule.turns(frame.matched.runs, frame.diary.first, frame.diary.last)
    wish, kept = _wish(store, frame, moving, near)
    for gap in (frame.pace.shortest_gap_days, 1):
        shut = _around(kept, gap)
        found = [time for turn in turns for time in _in_turn(frame, turn, wish, count, shut)]
        if found:
            break
    if not found and until is None and frame.diary.last < entitlement.ends_on:
        whole = entitlement.ends_on
        return openings(store, entitlement, now, count, provider, whole, moving, near)
    found.sort(key=lambda time: rule.worth(time.starts_at, time.zone, wish))
    found = _spread(found, frame.booking)
    return Openings(found[:count], _reasons(frame, turns) if turns else [_why_nobody(frame)])


def _around(kept: Sequence[date], gap: int) -> frozenset[date]:
    """Days too near to one on which they meet: on the same day, or within the gap."""
    return frozenset(day + DAY * n for day in kept for n in range(1 - gap, gap))


def _frame(
    store: Store,
    entitlement: Entitlement,
    provider: Person | None,
    until: date | None,
    now: datetime,
    moving: Session | None,
) -> Frame:
    hub, booking, fit, pace = read_each(
        store, HubSettings, BookingSettings, FitSettings, PaceSettings
    )
    matched = _matched(store, entitlement, provider, today(now, hub.time_zone))
    ids = {entitlement.person_id, *(run.provider for run in matched.runs)}
    people = hours.people(store, ids)
    everybody = list(people.values())
    notice, ahead = hours.bounds(everybody, booking)
    earliest, zone = now + timedelta(hours=notice), zone_of(people[entitlement.person_id], hub)
    first = today(earliest, zone)
    far = date.max if ahead is None else today(now, zone) + ahead * DAY
    last = min(entitlement.ends_on, far, until or first + booking.horizon_days * DAY)
    first = max(first, entitlement.starts_on)
    diary = hours.diary(store, everybody, first, last, now, hub, booking, moving)
    return Frame(entitlement, matched, people, diary, hub, booking, fit, pace, earliest, far)


def _matched(store: Store, entitlement: Entitlement, provider: Person | None, on: date) -> Matched:
    amended = (
        select(Amendment.sessions)
        .where(Amendment.entitlement_id == entitlement.id, Amendment.from_on <= on)
        .order_by(Amendment.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Match.provider_id, Match.starts_on, Match.ends_on, Match.cover, Agreement.mode)
        .add_columns(func.coalesce(amended, entitlement.sessions))
        .outerjoin(Match.agreement)
        .where(Match.entitlement_id == entitlement.id, Match.state.in_(RUNNING))
        .order_by(Match.id)
    )
    if provider is not None:
        query = query.where(Match.provider_id == provider.id)
    rows = store.execute(query).all()
    runs = [Run(*row[:4]) for row in rows]
    contracted = rows[0][5] if rows else entitlement.sessions
    return Matched(runs, {row[0]: row[4] for row in rows}, contracted)


def _in_turn(
    frame: Frame, turn: Run, wish: Wish, count: int, shut: frozenset[date]
) -> Iterator[Opening]:
    """The best times with one provider, and how they would meet."""
    for meet in frame.meets(turn):
        how = frame.way(meet)
        search = _search(frame, turn, how.zone, shut)
        for at in rule.best(meet.both, search, wish, frame.booking, count):
            local = to_local(at, how.zone)
            where = how.place_id, turn.provider, meet.place
            yield Opening(at, local, how.zone, frame.entitlement.minutes, how.mode, *where)


def _spread(found: Sequence[Opening], settings: BookingSettings) -> list[Opening]:
    """Of several ways of meeting, the better at each time; a few of a day, some way apart."""
    apart, kept = timedelta(minutes=settings.apart_minutes), list[Opening]()
    days: defaultdict[date, list[datetime]] = defaultdict(list)
    for time in found:
        day = days[time.local_start.date()]
        far = all(abs(time.starts_at - at) >= apart and time.starts_at != at for at in day)
        if far and len(day) < settings.per_day_shown:
            day.append(time.starts_at)
            kept.append(time)
    return kept


def _soonest(frame: Frame, turn: Run) -> date | None:
    """The first day on which both are free for long enough, whatever their cadence."""
    days = []
    for meet in frame.meets(turn):
        zone = frame.way(meet).zone
        at = next(rule.starts(meet.both, _search(frame, turn, zone, frozenset())), None)
        days += [to_local(at, zone).date()] if at else []
    return min(days, default=None)


def _search(frame: Frame, turn: Run, zone: str, shut: frozenset[date]) -> Search:
    assert turn.last
    return Search(
        earliest=max(frame.earliest, rule.instant(turn.first, 0, zone)),
        latest=rule.instant(turn.last + DAY, 0, zone),
        zone=zone,
        minutes=frame.entitlement.minutes,
        grid=frame.booking.grid_minutes,
        shut=shut,
    )


def _wish(
    store: Store, frame: Frame, moving: Session | None, near: date | None
) -> tuple[Wish, list[date]]:
    """The day that their cadence points to, with the weekday and hour at which they met last;
    and the days on which they meet."""
    query = select(Session.local_start, Session.outcome).where(
        Session.entitlement_id == frame.entitlement.id,
        Session.cancelled_at.is_(None),
        Session.outcome.is_(None) | (Session.outcome == Outcome.HELD),
        Session.counts,
    )
    if moving is not None:
        query = query.where(Session.id != moving.id)
    rows = store.execute(query.order_by(Session.local_start)).all()
    first = frame.diary.first
    held = sum(outcome == Outcome.HELD for _start, outcome in rows)
    days = [start.date() for start, _outcome in rows]
    due = near or rule.due_on(days, first, _cadence(frame, held))
    usual = rows[-1][0] if rows else None
    minute = usual.hour * 60 + usual.minute if usual else None
    return Wish(due, usual.weekday() if usual else None, minute), days


def _cadence(frame: Frame, held: int) -> Fraction:
    """Days from one session to the next that bring in all that is still owed; the usual interval
    where nothing is."""
    owed, away = frame.matched.contracted - held, frame.diary.hours[frame.worker.id].leave
    first = frame.diary.first if owed > 0 else frame.entitlement.starts_on
    days = present(first, frame.entitlement.ends_on, away)
    return Fraction(days, max(owed if owed > 0 else frame.matched.contracted, 1))


def _why_nobody(frame: Frame) -> Words:
    if frame.diary.last < frame.diary.first:
        return Words(N_("The period ends before there is a time."))
    return Words(N_("There is nobody to meet yet."))


def _reasons(frame: Frame, turns: Sequence[Run]) -> list[Words]:
    first = frame.diary.first
    soonest = min((day for turn in turns if (day := _soonest(frame, turn))), default=None)
    met = [frame.worker.id, *dict.fromkeys(turn.provider for turn in turns)]
    reasons = [words for id_ in met for words in _away(frame, frame.people[id_], soonest)]
    if soonest is None:
        reasons.append(_why_none(frame, turns))
    elif soonest > first + frame.booking.long_wait_days * DAY and not reasons:
        reasons.append(Words(NOT_SOON, {"day": soonest}))
    return reasons


def _away(frame: Frame, person: Person, soonest: date | None) -> Iterator[Words]:
    """Who is away when the search begins, or at all where it found nothing."""
    first, last = frame.diary.first, frame.diary.last
    upto = last if soonest is None else first
    spans = [s for s in frame.diary.hours[person.id].leave if s[0] <= upto and s[1] > first]
    facts = {"name": first_name(person.name)}
    for begins, back in spans:
        if back == date.max:
            yield Words(N_("%(name)s has left."), facts)
        elif begins > first:
            words = N_("%(name)s is away from %(first)s until %(day)s.")
            yield Words(words, facts | {"first": begins, "day": back})
        else:
            yield Words(N_("%(name)s is away until %(day)s."), facts | {"day": back})


def _why_none(frame: Frame, turns: Sequence[Run]) -> Words:
    if not any(frame.meets(turn) for turn in turns):
        return Words(NO_WAY)
    if frame.diary.last == frame.far:
        return Words(NOT_YET, {"day": frame.far})
    return Words(NO_HOURS)
