"""Alerts through a year: who is told what, when, and when nobody is told anything."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from supervisor import alerts, entitlements, letters, messages
from supervisor.models import Message, Session, Store
from supervisor.rules.kinds import Side, Standing
from tests.test_entitlements import at, held, said

HERE = ZoneInfo("Pacific/Auckland")


HOURS = (0, 9, 15)


class Walk:
    """A clock that goes through the year, with the worker process ticking at a few hours a day."""

    def __init__(self, store: Store, start: datetime) -> None:
        self.store, self.now, self.sent = store, start, []

    def to(self, until: datetime) -> "Walk":
        """What is due is read as it goes out."""
        while self.now < until:
            self.now += timedelta(hours=1)
            if self.now.astimezone(HERE).hour in HOURS:
                self.tick()
        return self

    def tick(self) -> None:
        for entitlement_id in alerts.due(self.store, self.now):
            alerts.raise_one(self.store, entitlement_id, self.now)
        for kind, cause in alerts.found(self.store, self.now):
            alerts.raise_cause(self.store, kind, cause, self.now)
        while bundle := messages.claim(self.store, "walker", self.now):
            for message in bundle:
                self._send(message)
        self.store.flush()

    def _send(self, message: Message) -> None:
        letter = letters.of(self.store, message, self.now)
        if letter is None:
            messages.take_back(message, self.now)
            return
        messages.sent([message], self.now)
        self.sent.append((self.now.astimezone(HERE), message.recipient.name.split()[0], message))

    def said(self, template: str = "") -> list[tuple[date, str]]:
        """Day and first name of what went out, of one letter or of all."""
        return [
            (when.date(), name)
            for when, name, message in self.sent
            if message.template.startswith(template)
        ]


@pytest.fixture
def walk(store: Store, cast: SimpleNamespace) -> Walk:
    """From New Year on; the entitlement was looked at when it came in."""
    entitlements.reassess(store, cast.entitlement, at(1, 1, 0))
    return Walk(store, at(1, 1, 0))


def both_said(cast, month: int, number: int) -> Session:
    """Held, and both have said so."""
    return held(cast, month, number, confirmations=said(Side.WORKER, Side.PROVIDER))


def day(month: int, number: int) -> date:
    return date(2027, month, number)


FOUR = [(1, 15), (2, 12), (3, 12), (4, 9)]


def test_with_nothing_ahead_the_pair_is_told_that_day_and_the_hub_a_week_later(
    store: Store, cast, walk: Walk
) -> None:
    store.add_all([both_said(cast, *when) for when in FOUR])
    walk.to(at(4, 27, 23))
    assert walk.sent == []
    walk.to(at(5, 6))
    assert cast.entitlement.standing == Standing.NOTHING_BOOKED
    assert cast.entitlement.standing_since == day(4, 28)
    assert walk.said("nothing_booked") == [(day(4, 28), "Ben"), (day(4, 28), "Ana")]
    assert walk.said("alert_hub") == [(day(5, 5), "Cleo")]
    assert [when.hour for when, _name, _message in walk.sent] == [9, 9, 9]
