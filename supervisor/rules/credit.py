"""What being at a group's meeting counts toward, by the hub's rule; every meeting once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from supervisor.rules.kinds import GroupKind, Kind


class Way(StrEnum):
    """How a meeting of one kind of group counts."""

    NONE = "none"
    SESSION = "session"
    MINUTES = "minutes"


@dataclass(frozen=True)
class CreditSettings:
    """How a meeting of each kind of group counts, toward which kind of support, and for how many
    of its sessions at most in one period."""

    co_reflection: str = Way.NONE
    community_of_practice: str = Way.NONE
    learning_set: str = Way.NONE
    network: str = Way.NONE
    learning_collaborative: str = Way.NONE
    toward: str = Kind.PEER_SUPERVISION
    most: int = 2

    def way(self, kind: str) -> Way:
        """How a kind of group counts. A community of practice is of one workplace, and so never
        is external supervision."""
        inside = kind == GroupKind.COMMUNITY_OF_PRACTICE and self.toward == Kind.PEER_SUPERVISION
        return Way.NONE if inside or self.most < 1 else Way(getattr(self, GroupKind(kind)))

    @property
    def kinds(self) -> list[str]:
        """The kinds of group that count."""
        return [kind for kind in GroupKind if self.way(kind) is not Way.NONE]


@dataclass(frozen=True)
class Came:
    """One meeting at which somebody was. `by_both`: they and whoever led it say so. `inside`:
    it was led by somebody of their own employer."""

    meeting: int
    kind: str
    starts_at: datetime
    on: date
    minutes: int
    by_both: bool
    inside: bool = False


@dataclass(frozen=True)
class Owed:
    """A period of the kind that is credited, with the minutes of one session."""

    id: int
    starts_on: date
    ends_on: date
    minutes: int


@dataclass(frozen=True)
class Credit:
    """What one meeting gives to one period."""

    came: Came
    owed: int
    minutes: int


def given_by(owed: Sequence[Owed], came: Iterable[Came], rule: CreditSettings) -> list[Credit]:
    """Of one person. A meeting goes to one period alone, as no more than a session; nobody is at
    two at once, so of those that overlap the first counts."""
    given: list[Credit] = []
    used: Counter[int] = Counter()
    for one in _apart(one for one in came if _counts(one, rule)):
        period = _period(owed, one.on)
        if period is None:
            continue
        minutes = min(_worth(one, period, rule), rule.most * period.minutes - used[period.id])
        if minutes > 0:
            used[period.id] += minutes
            given.append(Credit(one, period.id, minutes))
    return given


def _counts(one: Came, rule: CreditSettings) -> bool:
    external = rule.toward == Kind.PEER_SUPERVISION
    return rule.way(one.kind) is not Way.NONE and not (external and one.inside)


def _apart(came: Iterable[Came]) -> Iterator[Came]:
    """Each meeting once, none that begins before the one counted last is over."""
    until: datetime | None = None
    seen: set[int] = set()
    for one in sorted(came, key=lambda one: (one.starts_at, one.meeting)):
        if one.meeting not in seen and (until is None or one.starts_at >= until):
            seen.add(one.meeting)
            until = one.starts_at + timedelta(minutes=one.minutes)
            yield one


def _period(owed: Sequence[Owed], on: date) -> Owed | None:
    """The one that holds the day; of several the one that began first."""
    here = [one for one in owed if one.starts_on <= on <= one.ends_on]
    return min(here, key=lambda one: (one.starts_on, one.id), default=None)


def _worth(one: Came, period: Owed, rule: CreditSettings) -> int:
    session = rule.way(one.kind) is Way.SESSION
    return period.minutes if session else min(one.minutes, period.minutes)


def days(given: Iterable[Credit], minutes: int) -> list[date]:
    """The days on which what is credited became another whole session of so many minutes."""
    total, found = 0, []
    for one in given:
        before, total = total // minutes, total + one.minutes
        found += [one.came.on] * (total // minutes - before)
    return found
