"""A meeting of two that moves before a letter of it has gone: nobody reads of a time that was never
told to them."""

from datetime import datetime

from sqlalchemy import select

from supervisor import messages
from supervisor.models import Message, Person, Session, Store
from supervisor.rules.kinds import Mode
from supervisor.sessions import sessions
from tests.test_sessions import all_read, at

FIRST, THEN, LAST = (f"2027-02-{day}T10:00:00+13:00" for day in (15, 16, 17))


def book(store: Store, cast, by: Person, now: datetime) -> Session:
    return sessions.book(store, cast.entitlement, at(2, 15, 10), Mode.VIDEO, by, now)


def move(store: Store, session: Session, day: int, by: Person, now: datetime) -> None:
    sessions.move(store, session, at(2, day, 10), None, by, now)


def left(store: Store, person: Person) -> Message:
    """The one letter that is to go to them."""
    query = select(Message).filter_by(recipient_id=person.id, sent_at=None, dropped_at=None)
    return store.scalars(query).one()


def test_who_never_heard_of_it_reads_that_it_is_booked(store: Store, cast, now) -> None:
    session = book(store, cast, cast.cleo, now)
    for day in (16, 17):
        move(store, session, day, cast.cleo, now)
        for person in (cast.ana, cast.ben):
            letter = left(store, person)
            assert (letter.template, letter.facts["by"]) == ("booked", "Cleo Martin")
    assert letter.facts["starts"] == LAST


def test_who_heard_of_the_first_time_reads_where_it_moved_from_there(
    store: Store, cast, now
) -> None:
    session = book(store, cast, cast.cleo, now)
    all_read(store, now)
    for day in (16, 17):
        move(store, session, day, cast.cleo, now)
    letter = left(store, cast.ben)
    assert letter.template == "moved"
    assert (letter.facts["before"], letter.facts["starts"]) == (FIRST, LAST)


def test_who_did_it_knows_without_a_letter(store: Store, cast, now) -> None:
    session = book(store, cast, cast.ben, now)
    move(store, session, 16, cast.cleo, now)
    bens, anas = left(store, cast.ben), left(store, cast.ana)
    assert (bens.template, bens.facts["before"], bens.facts["by"]) == (
        "moved",
        FIRST,
        "Cleo Martin",
    )
    assert (anas.template, anas.facts["by"], anas.facts["mine"]) == ("booked", "", False)


def test_who_moves_what_they_never_read_of_has_seen_when_it_was(store: Store, cast, now) -> None:
    session = book(store, cast, cast.ben, now)
    move(store, session, 16, cast.ana, now)
    anas = left(store, cast.ana)
    assert (anas.template, anas.facts["mine"], anas.facts["before"]) == ("moved", True, FIRST)
    move(store, session, 17, cast.cleo, now)
    assert left(store, cast.ana).facts["before"] == THEN
    assert left(store, cast.ben).facts["before"] == FIRST


def test_a_letter_that_is_on_its_way_is_as_good_as_read(store: Store, cast, now) -> None:
    session = book(store, cast, cast.cleo, now)
    (claimed, *_more) = messages.claim(store, "a", now)
    move(store, session, 16, cast.cleo, now)
    theirs = left(store, claimed.recipient)
    assert (theirs.template, theirs.facts["before"]) == ("moved", FIRST)
