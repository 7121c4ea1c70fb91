"""Sessions ahead that a workbook brings are where the pair meets, as if they had been booked."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from supervisor.hours import hours, pair_hours, ways
from supervisor.hours.hours import Diary
from supervisor.models import Person, Session
from supervisor.rooms import room_hours
from supervisor.rules.days import DAY
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Spot
from supervisor.rules.openings import BookingSettings
from supervisor.settings import HubSettings, read, read_each
from supervisor.workbook.book import Book
from supervisor.zones import to_local

Pair = tuple[Person, Person]


def place_sessions(book: Book) -> None:
    """Any room that they had is free again; they get one with all others of their place."""
    new = set(book.new_sessions)
    known = [session for session in book.to_place if session not in new]
    for session in known:
        room_hours.give_back(book.store, session)
    some = [one for one in book.to_place if one.outcome is None and one.starts_at > book.now]
    in_person = [session for session in some if session.mode == Mode.IN_PERSON]
    for session in known:
        if session.mode != Mode.IN_PERSON:
            session.place_id, session.room = None, None
    for session, (worker, _provider), spot in _spots(book, in_person):
        _put(book, session, worker, spot)
    book.store.flush()


def _spots(book: Book, some: Sequence[Session]) -> Iterator[tuple[Session, Pair, Spot | None]]:
    """Each with its two people and the place that their hours name then."""
    pairs = _pairs(book, some)
    diary = _diary(book, some, list({one.id: one for two in pairs for one in two}.values()))
    usual_km = read(book.store, FitSettings).travel_km
    for session, pair in zip(some, pairs, strict=True):
        during = session.starts_at, session.starts_at + timedelta(minutes=session.minutes)
        yield session, pair, pair_hours.spot_then(diary, *pair, during, usual_km)


def _pairs(book: Book, some: Sequence[Session]) -> list[Pair]:
    workers = book.workers() if some else {}
    ids = {id_ for one in some for id_ in (workers[one.entitlement_id], one.provider_id)}
    people = hours.people(book.store, ids)
    return [(people[workers[one.entitlement_id]], people[one.provider_id]) for one in some]


def _diary(book: Book, some: Sequence[Session], people: Sequence[Person]) -> Diary:
    days = [to_local(one.starts_at, book.zone).date() for one in some] or [book.today]
    hub, booking = read_each(book.store, HubSettings, BookingSettings)
    first, last = min(days) - DAY, max(days) + DAY
    return hours.diary(book.store, people, first, last, book.now, hub, booking)


def _put(book: Book, session: Session, worker: Person, spot: Spot | None) -> None:
    how = ways.way(worker, Mode.IN_PERSON, read(book.store, HubSettings), spot)
    session.place_id, session.zone = how.place_id, how.zone
    session.local_start = to_local(session.starts_at, how.zone)
    if how.place_id and room_hours.rooms_at(book.store, how.place_id):
        book.places.add(how.place_id)
