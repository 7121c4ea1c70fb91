"""What a simulated year is lived in: the random year, who is who, and what truly happened."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from heapq import heappop, heappush
from typing import Any

from sqlalchemy import select

from supervisor import entitlements
from supervisor.errors import Refused
from supervisor.models import (
    Entitlement,
    Message,
    Offering,
    Person,
    PersonHat,
    Session,
    Store,
)
from supervisor.rules.chance import Away, Falls, Leaving, Year
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Hat
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local


@dataclass
class World:
    """`owed` are the entitlements that are followed. `letters` are those that will be answered, and
    `to_do` the entitlements for which letters ask the hub to find somebody. `pressed` counts
    what was done, `failed` the jobs that broke; `planned` is the month of the last plan. Where
    nobody is to `follow` anything up, the product only watches: it asks who met, no more."""

    year: Year
    zone: str
    hub: int
    owed: list[int]
    workers: dict[str, int]
    providers: dict[str, int]
    follow: bool = True
    letters: list[tuple[date, int]] = field(default_factory=list)
    to_do: list[str] = field(default_factory=list)
    pressed: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    planned: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, store: Store, year: Year, *, follow: bool = True) -> "World":
        """The world as its records have it on the first day."""
        owed = [e for e in entitlements.current(store, year.first) if e.kind in MATCHED_KINDS]
        hats = select(PersonHat.person_id).where(PersonHat.hat == Hat.COORDINATOR)
        hub = store.scalars(hats.order_by(PersonHat.person_id)).first()
        assert hub, "the demo has a coordinator"
        offering = select(Person.ref, Person.id).join(Offering, Offering.person_id == Person.id)
        rows = store.execute(offering.where(Offering.capacity > 0)).all()
        return cls(
            year=year,
            follow=follow,
            zone=read(store, HubSettings).time_zone,
            hub=hub,
            owed=[one.id for one in owed],
            workers={one.person.ref: one.person_id for one in owed},
            providers={ref: id_ for ref, id_ in rows},  # noqa: C416
        )

    @property
    def people(self) -> dict[str, int]:
        """Everybody to whom something can happen."""
        return self.workers | self.providers

    def on(self, now: datetime) -> date:
        """The day that it is there."""
        return to_local(now, self.zone).date()

    def by(self, store: Store) -> Person:
        """The coordinator."""
        return store.get_one(Person, self.hub)

    def away(self, ref: str) -> list[Away]:
        """A person's days away in this year."""
        return _away(self.year, ref)

    def leaving(self, ref: str) -> Leaving | None:
        """A person's last day, if it comes in this year."""
        return _leaving(self.year, ref, ref in self.providers)

    def falls(self, session: Session) -> Falls | None:
        """What befalls a meeting."""
        return self.year.falls(session.entitlement.ref, session.local_start.date())

    def met(self, session: Session) -> bool:
        """Whether the two meet, if it is not called off, whatever anybody says of it."""
        return self.falls(session) is None

    def will_answer(self, message: Message, now: datetime) -> None:
        """A letter that its reader will answer, some days later."""
        on, most = self.on(now), round(self.year.rates.answer_days)
        days = int(self.year.draw("days", message.id) * (most + 1))
        heappush(self.letters, (on + DAY * days, message.id))

    def to_answer(self, now: datetime) -> list[int]:
        """The letters whose answer comes today."""
        due = []
        while self.letters and self.letters[0][0] <= self.on(now):
            due.append(heappop(self.letters)[1])
        return due


@cache
def _away(year: Year, ref: str) -> list[Away]:
    return year.away(ref)


@cache
def _leaving(year: Year, ref: str, provider: bool) -> Leaving | None:  # noqa: FBT001
    return year.leaving(ref, provider=provider)


def attempt(store: Store, act: Callable[..., object], *args: Any, **named: Any) -> bool:
    """Do it, unless the product refuses, as a page would say; whether it was done."""
    try:
        with store.begin_nested():
            act(store, *args, **named)
    except Refused:
        return False
    return True


def serving(store: Store, owed: Entitlement, now: datetime) -> Person | None:
    """Whom the worker meets today."""
    return entitlements.serving(store, owed, entitlements.day_of(store, owed, now))
