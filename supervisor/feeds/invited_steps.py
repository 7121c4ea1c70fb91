"""What a calendar is told of one event: what is on, held against what it has by mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendars.invitation import Method

Marks = Mapping[str, str]
SOON, FEW = timedelta(days=28), 3
"""A rhythm that goes on is told anew when a calendar has no more than this of it left, in days or
in meetings: one that meets seldom grows seldom."""


@dataclass(frozen=True)
class Step:
    """What goes: of a rhythm only `slots`, the places of some meetings in it; None: all of it."""

    method: Method
    slots: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Said:
    """How a letter speaks of an event: of `all_` of it, or asks of the meeting at one place,
    though a calendar has it as it is."""

    all_: bool = False
    asks: str | None = None


NOTHING = Said()


def step(on: Marks, has: Marks, now: datetime, said: Said, *, whole: bool) -> Step | None:
    """The next thing to tell; None where the calendar has all of it.

    `on` and `has` are marks of what is said of each meeting under its place, none of them over;
    `whole` is whether it was sent as a rhythm. What is only partly known is never made
    a rhythm by something that changed in it.
    """
    if not on:
        return Step(Method.CANCEL) if has else None
    if said.all_:
        return Step(Method.REQUEST)
    if not has:
        return _first(on, said)
    gone = tuple(slot for slot in has if slot not in on)
    changed = tuple(s for s in on if s in has and (on[s] != has[s] or s == said.asks))
    several = len(changed) > 1 or bool(gone and changed)
    if whole and (several or _wanting(on, has, now)):
        return Step(Method.REQUEST)
    if gone:
        return Step(Method.CANCEL, gone)
    changed += tuple(s for s in on if s == said.asks and s not in has)
    return Step(Method.REQUEST, changed) if changed else None


def _first(on: Marks, said: Said) -> Step:
    """What a letter asks of is told alone, where nothing else of it is known."""
    asked = tuple(slot for slot in on if slot == said.asks)
    return Step(Method.REQUEST, asked or None)


def _wanting(on: Marks, has: Marks, now: datetime) -> bool:
    """Whether a meeting is on again, or what they have of the rhythm ends soon."""
    new, last = on.keys() - has.keys(), max(has)
    ends_soon = datetime.fromisoformat(last) - now.replace(tzinfo=None) < SOON
    return any(slot < last or ends_soon or len(has) <= FEW for slot in new)
