"""A year walked day by day: each standing and each change of it on its exact day, in two zones.

Nobody looks every day. The walk asks what is due when a day begins, as the worker process does, and
compares what is on record with what that day's record says, worked out from scratch.

Unless a row says otherwise, Ben is owed ten in 2027, which is a usual interval of 36.5 days, and
meets Ana from the first day. Days are those of a calendar: 20 January is the 20th day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from supervisor import amendments, entitlements, leave
from supervisor.alerts import alerts
from supervisor.entitlement_facts import facts_of
from supervisor.models import Entitlement, Match, Session, Store
from supervisor.periods import longer
from supervisor.rules import pace
from supervisor.rules.kinds import Answer, MatchState, Mode, Side
from supervisor.rules.pace import PaceSettings
from supervisor.sessions import delivery, sessions
from supervisor.zones import midnight

DAY = timedelta(days=1)
FIRST = date(2027, 1, 1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def d(text: str) -> date:
    """A day of 2027 as in '9 Apr', or of another year as in '9 Apr 2028'."""
    day, month, *year = text.split()
    return date(int(year[0]) if year else 2027, MONTHS.index(month) + 1, int(day))


@dataclass
class Life:
    """Ben's year in one zone. What happens is done at noon, by the acts of the hub."""

    store: Store
    cast: SimpleNamespace
    zone: str
    looks: int = 0

    @property
    def owed(self) -> Entitlement:
        return self.cast.entitlement

    def noon(self, on: date) -> datetime:
        return datetime.combine(on, time(12), ZoneInfo(self.zone)).astimezone(UTC)

    def look(self, now: datetime) -> None:
        """What the worker process does every minute."""
        for number in alerts.due(self.store, now):
            self.looks += 1
            alerts.raise_one(self.store, number, now)

    def scratch(self, now: datetime, on: date) -> str:
        zones = {self.owed.person_id: self.zone}
        facts = facts_of(self.store, [self.owed], now, zones)[self.owed.id]
        return pace.standing(facts, on, PaceSettings())


Event = tuple[str, Callable[[Life, date], object]]


def booked(when: str) -> Callable[[Life, date], object]:
    """A meeting at ten in the morning of that day."""

    def act(life: Life, on: date) -> Session:
        local = datetime.combine(d(when), time(10))
        made = Session(
            entitlement=life.owed, provider=life.cast.ana, local_start=local, zone=life.zone,
            starts_at=local.replace(tzinfo=ZoneInfo(life.zone)).astimezone(UTC), minutes=60,
            mode=Mode.VIDEO, booked_at=life.noon(on), changed_at=life.noon(on),
        )  # fmt: skip
        life.store.add(made)
        entitlements.reassess(life.store, life.owed, life.noon(on))
        return made

    return act


def met(life: Life, on: date) -> None:
    """They met this morning, and Ben says so."""
    booked(f"{on.day} {MONTHS[on.month - 1]}")(life, on)
    session = life.store.query(Session).order_by(Session.id.desc()).first()
    assert session
    when = life.noon(on) + timedelta(hours=1)
    delivery.confirm(life.store, session, Side.WORKER, Answer.HELD, life.cast.ben, when)


def called_off(life: Life, on: date) -> None:
    """Ben cannot make the next one."""
    ahead = life.store.query(Session).filter(Session.starts_at > life.noon(on))
    sessions.cancel(life.store, ahead.one(), life.cast.ben, life.noon(on))


def away(back: str) -> Callable[[Life, date], object]:
    """Time away from this day on, written down on it."""
    return lambda life, on: leave.record(
        life.store, life.cast.ben, on, d(back), life.cast.cleo, life.noon(on)
    )


def amended(number: int) -> Callable[[Life, date], object]:
    """Another number from this day on."""
    return lambda life, on: amendments.amend(
        life.store, life.owed, number, on, life.cast.cleo, life.noon(on)
    )


def longer_until(last: str) -> Callable[[Life, date], object]:
    """A later last day."""
    return lambda life, on: longer.extend(
        life.store, life.owed, d(last), life.cast.cleo, life.noon(on)
    )


def nobody(life: Life, _on: date) -> None:
    """No match from the first day on."""
    life.store.delete(life.cast.match)


def matched(first: str, last: str | None = None, *, cover: bool = False) -> Callable:
    """Somebody from a day on, or between two."""

    def act(life: Life, on: date) -> None:
        life.store.add(
            Match(
                entitlement=life.owed, provider=life.cast.dan, cover=cover,
                state=MatchState.ACTIVE, starts_on=d(first), ends_on=d(last) if last else None,
            )
        )  # fmt: skip
        entitlements.reassess(life.store, life.owed, life.noon(on))

    return act


def ends(last: str) -> Callable[[Life, date], object]:
    """Ana's last day with Ben."""

    def act(life: Life, on: date) -> None:
        life.cast.match.ends_on = d(last)
        entitlements.reassess(life.store, life.owed, life.noon(on))

    return act


def leaves(life: Life, on: date) -> None:
    """This is Ben's last day."""
    life.owed.ends_on = on
    entitlements.reassess(life.store, life.owed, life.noon(on))


MET = ("15 Jan", "12 Feb", "12 Mar", "9 Apr")
MEETING = [
    ("1 Jan", "on_track"),
    ("3 Feb", "nothing_booked"),
    ("12 Feb", "on_track"),
    ("3 Mar", "nothing_booked"),
    ("12 Mar", "on_track"),
    ("31 Mar", "nothing_booked"),
    ("9 Apr", "on_track"),
]
"""With those four: half an interval, 18.25 days, has passed on the 19th day after each."""
SILENT = [
    ("1 Jan", "on_track"),
    ("20 Jan", "nothing_booked"),
    ("6 Feb", "slipping"),
    ("14 Mar", "behind"),
]
"""With none: 19 days after the first day, then one and two expected, on the 37th and 73rd day."""
OVER = ("1 Jan 2028", "ended_short")
TABLE: dict[str, tuple[list[Event], list[tuple[str, str]]]] = {
    # 70 days for ten are there until 23 October.
    "nothing happens": ([], [*SILENT, ("24 Oct", "cannot_be_met"), OVER]),
    # Five are expected on the 183rd day, six on the 219th; 42 days are there until 20 November.
    "four are held and nothing is booked": (
        [(day, met) for day in MET],
        [
            *MEETING,
            ("28 Apr", "nothing_booked"),
            ("2 Jul", "slipping"),
            ("7 Aug", "behind"),
            ("21 Nov", "cannot_be_met"),
            OVER,
        ],
    ),
    # It was on the day of a holiday: it is still owed, and counts as booked until it is called off.
    "what was booked on Matariki is called off": (
        [*((day, met) for day in MET), ("10 Apr", booked("25 Jun")), ("20 Jun", called_off)],
        [
            *MEETING,
            ("20 Jun", "nothing_booked"),
            ("2 Jul", "slipping"),
            ("7 Aug", "behind"),
            ("21 Nov", "cannot_be_met"),
            OVER,
        ],
    ),
    # On 1 March 1.64 are expected, as if somebody had been there all the time.
    "nobody until March": (
        [("1 Jan", nobody), ("1 Jan", matched("1 Mar"))],
        [
            ("1 Jan", "not_matched"),
            ("1 Mar", "slipping"),
            ("14 Mar", "behind"),
            ("24 Oct", "cannot_be_met"),
            OVER,
        ],
    ),
    # Of 304 days 90 have passed on 31 March, and 91 on 1 June: 2.99 are expected.
    "away in April and May": (
        [("1 Apr", away("1 Jun"))],
        [*SILENT, ("1 Apr", "paused"), ("1 Jun", "behind"), ("24 Oct", "cannot_be_met"), OVER],
    ),
    # The year goes on without a break; only who is there differs.
    "another supervisor after a gap, with cover": (
        [
            ("10 Mar", ends("31 Mar")),
            ("12 Apr", matched("12 Apr", "30 Apr", cover=True)),
            ("5 May", matched("10 May")),
        ],
        [
            *SILENT,
            ("1 Apr", "not_matched"),
            ("12 Apr", "behind"),
            ("1 May", "not_matched"),
            ("10 May", "behind"),
            ("24 Oct", "cannot_be_met"),
            OVER,
        ],
    ),
    # 4.14 were expected on 31 May, and stay: the fifth is due on the last day, and needs seven.
    "fewer from June on": (
        [*((day, met) for day in MET), ("1 Jun", amended(5))],
        [*MEETING, ("28 Apr", "nothing_booked"), ("26 Dec", "cannot_be_met"), OVER],
    ),
    "all ten in a row": (
        [(f"{n} Feb", met) for n in range(1, 11)],
        [*SILENT[:2], ("1 Feb", "on_track"), ("10 Feb", "met")],
    ),
    # 70 days for ten are there until 22 January: 2028 is a leap year.
    "more time in October": (
        [("15 Oct", longer_until("31 Mar 2028"))],
        [*SILENT, ("23 Jan 2028", "cannot_be_met"), ("1 Apr 2028", "ended_short")],
    ),
    # One day is left for ten.
    "leaves in May": (
        [("14 May", leaves)],
        [*SILENT, ("14 May", "cannot_be_met"), ("15 May", "ended_short")],
    ),
}


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Chatham"])
@pytest.mark.parametrize("name", TABLE)
def test_each_change_is_on_record_when_its_day_begins(
    store: Store, cast: SimpleNamespace, name: str, zone: str
) -> None:
    events, changes = TABLE[name]
    cast.ben.time_zone = zone
    life = Life(store, cast, zone)
    entitlements.reassess(store, cast.entitlement, midnight(FIRST, zone))
    seen = walked(life, events)
    assert seen == [(d(day), standing) for day, standing in changes]
    assert life.looks < 20


def walked(life: Life, events: list[Event]) -> list[tuple[date, str]]:
    """The first day of each standing, as it was on record when the day was over."""
    seen, on = [], FIRST
    while on <= life.owed.ends_on + 2 * DAY:
        life.look(midnight(on, life.zone))
        assert life.owed.standing == life.scratch(midnight(on, life.zone), on), on
        for when, act in events:
            if d(when) == on:
                act(life, on)
                life.look(life.noon(on) + timedelta(hours=2))
        seen.append((on, life.owed.standing))
        on += DAY
    return [next(days) for _standing, days in groupby(seen, key=lambda one: one[1])]
