"""Which meeting an answer by mail is about: by the signed address, then by what it names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select

from calendars.reply import Answer
from supervisor.models import Meeting, Person, Series, Session, SessionSeries, Store
from supervisor.plus_address import PlusAddress, verified
from supervisor.zones import to_utc

Record = Session | Meeting
RECORDS: dict[str, tuple[type[Any], bool]] = {
    "session": (Session, False),
    "session_series": (Session, True),
    "meeting": (Meeting, False),
    "series": (Meeting, True),
}
"""What an address may be about: one meeting, or the meetings of a rhythm."""


@dataclass(frozen=True)
class Target:
    """Whom an address was signed for, and the meeting that is meant; `whole` is a rhythm as a
    whole, and `sequence` the number of the invitation since it last changed."""

    person: Person | None = None
    record: Record | None = None
    whole: bool = False
    sequence: int = 0


def signed_for(key: str, addresses: Iterable[str]) -> PlusAddress | None:
    """What the first address of ours among them stands for."""
    return next((found for one in addresses if (found := verified(key, one))), None)


def target(store: Store, plus: PlusAddress, answer: Answer) -> Target:
    """The meeting that this answer means; none where it names another than its address."""
    person = store.get(Person, plus.person_id)
    if plus.about not in RECORDS:
        return Target(person)
    record, of_series = RECORDS[plus.about]
    which = record.series_id if of_series else record.id
    theirs = select(record).where(which == plus.id)
    single = store.scalar(theirs.where(record.uid == answer.uid))
    if single is not None:
        return Target(person, single, sequence=single.sequence)
    return _in_series(person, list(store.scalars(theirs)), answer)


def _in_series(person: Person | None, some: list[Any], answer: Answer) -> Target:
    named = [one for one in some if one.series and one.series.uid == answer.uid]
    if not named:
        return Target(person)
    if answer.recurrence is None and not answer.unclear:
        return Target(person, whole=True)
    found = next((one for one in named if _is_at(one, answer.recurrence)), None)
    return Target(person, found, sequence=found.series_number if found else 0)


def _is_at(record: Any, recurrence: date | None) -> bool:
    """By the place that it has in its rhythm, where it is by now or not."""
    if record.series_start is None or recurrence is None:
        return False
    if isinstance(recurrence, datetime):
        return to_utc(record.series_start, record.series.zone) == recurrence
    return bool(record.series_start.date() == recurrence)


def named(store: Store, uid: str) -> Target | None:
    """What of ours has this name in calendars, so that somebody can look; for nobody, since
    whoever sent it may be anybody. None where nothing has it."""
    records: tuple[Any, ...] = (Session, Meeting)
    for record in records:
        found = store.scalar(select(record).where(record.uid == uid))
        if found is not None:
            return Target(record=found)
    series = (exists().where(record.uid == uid) for record in (SessionSeries, Series))
    return Target(whole=True) if store.scalar(select(or_(*series))) else None
