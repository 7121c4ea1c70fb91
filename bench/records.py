"""A hub of any size in a database of its own: pairs with weeks, and meetings behind and ahead.

Every pair has met every fourth week since the first Monday of the year, at an hour of its own,
and has its next three meetings booked.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert

from bench.hubs import Size
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import (
    Commitment,
    Confirmation,
    Entitlement,
    Job,
    Match,
    Offering,
    Organisation,
    Person,
    Place,
    Provider,
    Session,
    Store,
    Window,
)
from supervisor.models.base import Base
from supervisor.models.engine import writing
from supervisor.rules.kinds import Answer, Kind, MatchState, Mode, Outcome, Role, Side
from supervisor.zones import to_utc

ZONE = "Pacific/Auckland"
FIRST, LAST = date(2027, 1, 4), date(2027, 12, 31)
NOW = datetime(2027, 5, 10, 21, tzinfo=UTC)
EVERY, AHEAD = 4, 12
TOWNS, FROM, TO, HOUR = 6, 9, 15, 60
AT_ONCE = 2_000
Row = dict[str, Any]


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """The database at an address, migrated; whatever is done in here may write."""
    app = create_app(Config(database=url, secret_key="bench"))
    with app.app_context():
        try:
            with writing():
                upgrade()
                yield db.session()
        finally:
            db.session.remove()
            db.engine.dispose()


@dataclass(frozen=True)
class Pair:
    """A worker and who supervises them: the hour of every fourth week that is theirs."""

    number: int
    worker: int
    provider: int
    turn: int

    @property
    def starts(self) -> Iterator[datetime]:
        """Wall times from the beginning of the year to three months ahead."""
        day = FIRST + timedelta(weeks=self.turn % EVERY, days=self.turn // EVERY % 5)
        hour = time(FROM + self.turn // EVERY // 5 % (TO - FROM))
        while day <= NOW.date() + timedelta(weeks=AHEAD):
            yield datetime.combine(day, hour)
            day += timedelta(weeks=EVERY)


def fill(store: Store, size: Size, seed: int = 1, *, met: bool = True) -> list[Pair]:
    """Write the hub of that size into an empty database, on its first day if nobody has `met`."""
    random, places = Random(seed), size.regions * TOWNS
    many = size.providers + size.workers
    pairs = [
        Pair(n + 1, size.providers + 1 + n, n % size.providers + 1, n // size.providers)
        for n in range(size.workers)
    ]
    _add(store, Organisation, map(_organisation, range(1, size.regions * 8 + 1)))
    _add(store, Place, map(_place, range(1, places + 1)))
    _add(store, Person, (_person(n, places) for n in range(1, many + 1)))
    _add(store, Job, (_job(random, n, size.regions) for n in range(1, many + 1)))
    _add(store, Window, (row for n in range(1, many + 1) for row in _week(random, n)))
    _add(store, Provider, ({"person_id": n} for n in range(1, size.providers + 1)))
    _add(store, Offering, map(_offering, range(1, size.providers + 1)))
    _add(store, Entitlement, map(_entitlement, pairs))
    _add(store, Match, map(_match, pairs))
    if met:
        _meetings(store, pairs)
    store.commit()
    return pairs


def _add(store: Store, table: type[Base], rows: Iterable[Row]) -> None:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            store.execute(insert(table), some)
            some = []
    if some:
        store.execute(insert(table), some)


def _organisation(number: int) -> Row:
    return {"id": number, "ref": f"o{number}", "name": f"Service {number}", "kind": "employer"}


def _place(number: int) -> Row:
    region, town = divmod(number - 1, TOWNS)
    point = {"latitude": -45 + region / 2, "longitude": 169 + town / 4}
    where = {"name": f"Town {number}", "region": "OTA", "land": "South"}
    return {"id": number, "ref": f"t{number}"} | where | point


def _person(number: int, places: int) -> Row:
    one = {"id": number, "ref": f"p{number}", "name": f"Person {number}", "phone": "021 555"}
    where = {"place_id": number % places + 1, "time_zone": ZONE, "travel_km": 60}
    return one | where | {"email": f"p{number}@example.org", "modes": [Mode.VIDEO, Mode.IN_PERSON]}


def _job(random: Random, number: int, regions: int) -> Row:
    own = {"organisation_id": random.randrange(regions * 8) + 1, "role": Role.PEER_SUPPORT_WORKER}
    return {"id": number, "ref": f"j{number}", "person_id": number, "starts_on": FIRST} | own


def _week(random: Random, number: int) -> Iterator[Row]:
    """From two to five days; most have an hour in common with anybody else."""
    for day in random.sample(range(5), random.choice((2, 3, 3, 4, 5))):
        begins = random.randrange(8 * HOUR, 14 * HOUR, 30)
        ends = begins + random.choice((120, 180, 240))
        own = {"person_id": number, "mode": None, "place_id": None}
        yield own | {"weekday": day, "starts_minute": begins, "ends_minute": ends}


def _offering(number: int) -> Row:
    vetted = {"vetted_until": date(2028, 12, 31), "regions": ["OTA"]}
    return {"person_id": number, "kind": Kind.PEER_SUPERVISION, "capacity": 8} | vetted


def _entitlement(pair: Pair) -> Row:
    one = {"id": pair.number, "ref": f"e{pair.number}", "person_id": pair.worker}
    owed = {"kind": Kind.PEER_SUPERVISION, "sessions": 12, "minutes": HOUR, "mandatory": True}
    return one | owed | {"starts_on": date(2027, 1, 1), "ends_on": LAST}


def _match(pair: Pair) -> Row:
    one = {"id": pair.number, "ref": f"m{pair.number}", "entitlement_id": pair.number}
    runs = {"state": MatchState.ACTIVE, "starts_on": date(2027, 1, 1)}
    return one | runs | {"provider_id": pair.provider}


def _meetings(store: Store, pairs: list[Pair]) -> None:
    met = [(pair, start) for pair in pairs for start in pair.starts]
    numbered = list(enumerate(met, 1))
    _add(store, Session, (_session(n, pair, start) for n, (pair, start) in numbered))
    said = (_said(n, side) for n, (_pair, at) in numbered if _behind(at) for side in Side)
    _add(store, Confirmation, said)
    taken = (row for n, (pair, start) in numbered for row in _taken(n, pair, start))
    _add(store, Commitment, taken)


def _behind(start: datetime) -> bool:
    return to_utc(start, ZONE) < NOW


def _session(number: int, pair: Pair, start: datetime) -> Row:
    one = {"id": number, "ref": f"s{number}", "uid": f"s{number}", "entitlement_id": pair.number}
    when = {"starts_at": to_utc(start, ZONE), "local_start": start, "zone": ZONE}
    how = {"minutes": HOUR, "mode": Mode.VIDEO, "provider_id": pair.provider}
    outcome = Outcome.HELD if _behind(start) else None
    return one | when | how | {"outcome": outcome, "booked_at": NOW, "changed_at": NOW}


def _said(session: int, side: Side) -> Row:
    return {"session_id": session, "side": side, "answer": Answer.HELD, "said_at": NOW}


def _taken(session: int, pair: Pair, start: datetime) -> Iterator[Row]:
    at = to_utc(start, ZONE)
    for person in (pair.worker, pair.provider):
        ends = at + timedelta(minutes=HOUR)
        yield {"person_id": person, "session_id": session, "starts_at": at, "ends_at": ends}
