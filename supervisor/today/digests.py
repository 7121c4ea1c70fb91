"""The week in one letter: for the hub what is open, for a manager their own team's row of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from supervisor import messages, stand_ins
from supervisor.alerts import alert_facts
from supervisor.alerts.alert_kinds import CATALOGUE, Kind
from supervisor.bundles import GRAVE
from supervisor.models import Alert, AlertEvent, Job, Message, Person, Store
from supervisor.reports import report_team
from supervisor.settings import HubSettings, read
from supervisor.today.behind import FOUND
from supervisor.viewers import current_job, manager_viewer
from supervisor.zones import to_local, today

FOR_HUB, FOR_MANAGER = LETTERS = ("digest_hub", "digest_manager")
WHEN_READ = {"when_read": True}
"""In the place of what it says: that is gathered when it is read."""


@dataclass(frozen=True)
class DigestSettings:
    """When the week's letter is written, by the hub's clock: `weekday` is 1 for Monday. It goes
    out at each reader's own hour. It names so many things, and says how many more there are."""

    weekday: int = 1
    hour: int = 6
    names: int = 12


@dataclass(frozen=True)
class Due:
    """Somebody to whom the week's letter is to be written, and which."""

    person_id: int
    letter: str


def is_time(store: Store, now: datetime) -> bool:
    """Whether it is the day, and its hour has come."""
    settings, local = read(store, DigestSettings), to_local(now, _zone(store))
    return local.isoweekday() == settings.weekday and local.hour >= settings.hour


def _zone(store: Store) -> str:
    return read(store, HubSettings).time_zone


def due(store: Store, now: datetime) -> list[Due]:
    """Who has something to read, and was not written to this week."""
    told = set(
        store.scalars(select(Message.recipient_id).where(Message.cause.in_(_causes(store, now))))
    )
    return [
        Due(person.id, letter)
        for person, letter in _readers(store, now)
        if person.id not in told and _facts(store, person, letter, now)
    ]


def _causes(store: Store, now: datetime) -> list[str]:
    return [_cause(store, letter, now) for letter in LETTERS]


def _cause(store: Store, letter: str, now: datetime) -> str:
    return f"{letter}:{today(now, _zone(store))}"


def _readers(store: Store, now: datetime) -> Iterator[tuple[Person, str]]:
    """The hub, and every manager who is not of the hub: it reads all of it in its own letter."""
    hub, on = stand_ins.readers(store, now), today(now, _zone(store))
    yield from ((person, FOR_HUB) for person in hub)
    managers = select(Job.manager_id).where(current_job(on))
    here = or_(Person.left_on.is_(None), Person.left_on >= on)
    query = select(Person).where(Person.id.in_(managers), here)
    for person in store.scalars(query.order_by(Person.id)):
        if person not in hub:
            yield person, FOR_MANAGER


def write(store: Store, one: Due, now: datetime) -> None:
    """Write it, once a week; it goes out at its reader's hour, and says what is true then."""
    message = Message(
        cause=_cause(store, one.letter, now),
        recipient=store.get_one(Person, one.person_id),
        template=one.letter,
        facts=WHEN_READ,
    )
    messages.write(store, message, now)


def facts_now(store: Store, message: Message, now: datetime) -> dict[str, Any] | None:
    """What it says if it is read now; None where there is nothing to read any more."""
    return _facts(store, message.recipient, message.template, now)


def _facts(store: Store, person: Person, letter: str, now: datetime) -> dict[str, Any] | None:
    return _of_hub(store, now) if letter == FOR_HUB else _of_manager(store, person, now)


def _of_hub(store: Store, now: datetime) -> dict[str, Any] | None:
    """What is open, the gravest first, but for what was put off."""
    open_ = sorted(_open(store, now), key=lambda alert: (_place(alert.name), alert.since_at))
    if not open_:
        return None
    names = read(store, DigestSettings).names
    said = [alert_facts.says(store, alert, now) for alert in open_[:names]]
    return {"says": said, "count": len(open_), "more": len(open_) - len(said)}


def _open(store: Store, now: datetime) -> list[Alert]:
    put_off = exists().where(
        AlertEvent.alert_id == Alert.id, AlertEvent.what == "snoozed", AlertEvent.until > now
    )
    theirs = [kind.name for kind in CATALOGUE if _is_hubs(kind)]
    query = select(Alert).where(Alert.ended_at.is_(None), Alert.name.in_(theirs), ~put_off)
    return list(store.scalars(query.order_by(Alert.id)))


def _is_hubs(kind: Kind) -> bool:
    """The hub is on its ladder, or on no ladder it is the hub's alone."""
    return not kind.ladder or any(rung.who == "hub" for rung in kind.ladder)


def _place(name: str) -> int:
    return GRAVE.index(name) if name in GRAVE else len(GRAVE)


def _of_manager(store: Store, person: Person, now: datetime) -> dict[str, Any] | None:
    """The rows of their own page that need somebody, and how many need nobody."""
    on = today(now, _zone(store))
    rows = report_team.team(store, manager_viewer(person.id, on), now).rows
    wanting = [row for row in rows if row.standing in FOUND]
    if not wanting:
        return None
    return {"rows": wanting, "fine": len(rows) - len(wanting), "on": on}
