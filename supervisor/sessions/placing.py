"""When, how and where two people meet, as it is written down with their meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supervisor.errors import Refused
from supervisor.hours import pair_hours, ways
from supervisor.models import Match, Meeting, Person, Session, Store
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local

ROOM = "{room}"


@dataclass(frozen=True)
class JoinSettings:
    """How two people come together who do not meet in one place. `video` is an address in which
    `{room}` stands for each pair's own random word; empty: the provider sends a link. On the
    phone the provider rings, unless `worker_rings`."""

    video: str = ""
    worker_rings: bool = False


def place(
    store: Store, session: Session, match: Match, starts_at: datetime, mode: str | None
) -> None:
    """Write down when, how and where; its wall time is the place's, else the worker's."""
    if mode not in set(Mode):
        raise Refused(N_("Say how you will meet: in person, video or phone."), field="mode")
    pair = session.entitlement.person, session.provider
    in_person = mode == Mode.IN_PERSON
    spot = pair_hours.place_of(store, *pair, starts_at, session.minutes) if in_person else None
    how = ways.way(pair[0], mode, read(store, HubSettings), spot)
    session.mode, session.place_id, session.zone = mode, how.place_id, how.zone
    session.starts_at, session.local_start = starts_at, to_local(starts_at, how.zone)
    session.video = video_of(store, match) if mode == Mode.VIDEO else None


def video_of(store: Store, match: Match) -> str | None:
    """The provider's own room, else the pair's by the hub's pattern; None: there is no link yet."""
    pattern = read(store, JoinSettings).video
    return match.provider.video or pattern.replace(ROOM, match.ref) or None


def revise(record: Session | Meeting, now: datetime) -> None:
    """A new revision for every calendar, of its series too; the number never falls (RFC 5545
    section 3.8.7.4)."""
    record.sequence, record.changed_at = record.sequence + 1, now
    revise_series(record, now)
    record.series_number = record.series.sequence if record.series else 0


def touch(record: Session | Meeting, now: datetime) -> None:
    """It says something else at the same time: a new revision, and the number stays, so that what
    somebody answered holds (RFC 5546 section 2.1.4)."""
    record.changed_at = now
    if record.series:
        record.series.changed_at = now


def revise_set(records: Iterable[Session | Meeting], now: datetime) -> None:
    """Somebody comes to these from now on, or no more: a new number for each rhythm, and for
    each that is in none."""
    records = list(records)
    for record in {one.series_id: one for one in records if one.series}.values():
        revise_series(record, now)
    for record in (one for one in records if not one.series):
        revise(record, now)


def revise_series(record: Session | Meeting, now: datetime) -> None:
    """Another set of its meetings shows to somebody; what was said of each one stays as it was."""
    if record.series:
        record.series.sequence += 1
        record.series.changed_at = now


def joining(store: Store, session: Session, reader: Person) -> dict[str, Any]:
    """What a reader needs to know for the two to come together: `video`, `calls` whether it is
    theirs to ring or to send the link, and the `number` of whoever is rung. The hub reads both
    names."""
    worker, provider = session.entitlement.person, session.provider
    worker_rings = read(store, JoinSettings).worker_rings and session.mode == Mode.PHONE
    caller, rung = (worker, provider) if worker_rings else (provider, worker)
    return {
        "video": session.video or "",
        "calls": reader.id == caller.id,
        "both": [caller.name, rung.name],
        "number": (rung.phone or "") if session.mode == Mode.PHONE else "",
    }
