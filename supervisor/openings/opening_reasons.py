"""Why a search found no time, or none for long, in words for the two."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from supervisor.models import Person
from supervisor.openings.opening_frames import Frame
from supervisor.rules import openings as rule
from supervisor.rules.days import DAY
from supervisor.rules.names import first_name
from supervisor.rules.openings import Run
from supervisor.rules.words import N_, Words
from supervisor.zones import to_local

NOT_SOON = N_("Nothing suits you both before %(day)s. Ask for another time.")
NO_WAY = N_("There is no way of meeting that suits you both.")
NOT_YET = N_("Nothing suits you both up to %(day)s. Later days open as time goes on.")
NO_ROOM = N_("No room is free at %(place)s while you are both free. Ask for another time.")
NO_ROOM_BEFORE = N_("No room is free at %(place)s before %(day)s.")
NO_HOURS = N_("Nothing in your hours fits both. Ring the hub: it can find a time with you.")
TOO_NEAR = N_("There is a meeting on %(day)s. The times here are %(number)d days or more from it.")


class Near(NamedTuple):
    """The days on which the two meet anyway, and how far from these the times are at least."""

    days: Sequence[date] = ()
    gap: int = 1


def of(frame: Frame, turns: Sequence[Run], near: Near) -> list[Words]:
    """In the order in which they are read; none where the first day has a time."""
    if not turns:
        return [_why_nobody(frame)]
    first, soonest = frame.diary.first, _soonest(frame, turns)
    met = [frame.worker.id, *dict.fromkeys(turn.provider for turn in turns)]
    reasons = [words for id_ in met for words in _away(frame, frame.people[id_], soonest)]
    no_room = _no_room(frame, turns, soonest)
    if no_room:
        reasons.append(no_room)
    elif soonest is None:
        reasons.append(_why_none(frame, turns))
    elif soonest > first + frame.booking.long_wait_days * DAY and not reasons:
        reasons.append(Words(NOT_SOON, {"day": soonest}))
    return [*reasons, *_too_near(near, soonest)]


def _too_near(near: Near, soonest: date | None) -> Iterator[Words]:
    """Both would be free sooner, and are to meet so close to that day."""
    days = [day for day in near.days if soonest and abs(day - soonest) < near.gap * DAY]
    if days and near.gap > 1:
        yield Words(TOO_NEAR, {"day": max(days), "number": near.gap})


def _why_nobody(frame: Frame) -> Words:
    if frame.diary.last < frame.diary.first:
        return Words(N_("The period ends before there is a time."))
    return Words(N_("There is nobody to meet yet."))


def _away(frame: Frame, person: Person, soonest: date | None) -> Iterator[Words]:
    """Who is away before the first day that suits both, or at all where the search found none."""
    first, last = frame.diary.first, frame.diary.last
    upto = last if soonest is None else max(first, soonest - DAY)
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


def _no_room(frame: Frame, turns: Sequence[Run], soonest: date | None) -> Words | None:
    """Both would be free sooner, and no room is."""
    places = [meet.place for turn in turns for meet in frame.meets(turn) if meet.place]
    place = next((one for one in places if one.id in frame.diary.rooms), None)
    sooner = _soonest(frame, turns, rooms=False) if place else None
    if place is None or sooner is None or (soonest and soonest <= sooner):
        return None
    if soonest is None:
        return Words(NO_ROOM, {"place": place.name})
    return Words(NO_ROOM_BEFORE, {"place": place.name, "day": soonest})


def _soonest(frame: Frame, turns: Sequence[Run], *, rooms: bool = True) -> date | None:
    """The first day on which both are free for long enough, whatever their cadence."""
    days = []
    for turn in turns:
        for meet in frame.meets(turn, rooms=rooms):
            zone = frame.way(meet).zone
            at = next(rule.starts(meet.both, frame.search(turn, zone, frozenset())), None)
            days += [to_local(at, zone).date()] if at else []
    return min(days, default=None)
