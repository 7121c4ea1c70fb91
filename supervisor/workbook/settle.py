"""What a row needs from its neighbours before it is compared, and what it leaves behind."""

from datetime import UTC
from typing import Any

from supervisor.errors import Refused
from supervisor.localities import find
from supervisor.models import (
    Entitlement,
    Group,
    Leave,
    Match,
    Person,
    Place,
    Seat,
    Session,
)
from supervisor.rules.kinds import Channel, MatchState
from supervisor.rules.words import N_, Words
from supervisor.sessions.placing import revise
from supervisor.workbook.book import Book
from supervisor.workbook.columns_support import CANCELLED
from supervisor.workbook.rows import Found, Look, Row
from supervisor.zones import to_local, to_utc

SHOWN = {"provider", "starts_at", "minutes", "mode", "outcome"}
MOVES = {"provider", "starts_at", "minutes", "mode"}
AN_HOUR_AWAY = N_("a time an hour earlier or later, as the clocks change there then")
WITH_OFFSET = N_("a time with its offset, as the clocks change there then")


def begin_with_entitlement(row: Row, look: Look, _book: Book) -> Found:
    """A match without a first day runs from its entitlement's."""
    if row.good("entitlement") and "starts_on" not in row.bad and not row.value("starts_on"):
        row.values["starts_on"] = look("entitlements", row.value("entitlement"), "starts_on")
    return ()


def settle_match(match: Match, _row: Row, book: Book) -> None:
    """It runs, or has run; the days decide."""
    over = match.ends_on is not None and match.ends_on < book.today
    match.state = MatchState.ENDED if over else MatchState.ACTIVE
    book.touched.add(match.entitlement_id)


def settle_place(place: Place, _row: Row, _book: Book) -> None:
    """A place without coordinates is the town of its name, where there is one."""
    town = find(place.name)
    if town is not None and place.latitude is None:
        place.latitude, place.longitude = town.latitude, town.longitude
        place.region, place.land = place.region or town.region, place.land or town.land


def settle_person(person: Person, _row: Row, _book: Book) -> None:
    """Somebody without e-mail is rung, or given paper."""
    if person.contact_by is None and person.email is None:
        person.contact_by = Channel.PHONE if person.phone else Channel.PAPER


def settle_entitlement(entitlement: Entitlement, _row: Row, book: Book) -> None:
    book.changed_entitlements.append(entitlement)


def settle_leave(leave: Leave, _row: Row, book: Book) -> None:
    book.resting.add(leave.person_id)


def settle_amendment(amendment: Any, _row: Row, book: Book) -> None:
    amendment.made_at = amendment.made_at or book.now
    book.touched.add(amendment.entitlement_id)


def place_in_time(row: Row, look: Look, book: Book) -> Found:
    """A time without an offset is the worker's own wall time, else the hub's."""
    if "entitlement" not in row.bad:
        owed = look("sessions", row.values.get("id", ""), "entitlement")
        worker = look("entitlements", owed, "person")
        row.zone = look("people", worker, "time_zone") or book.zone
    for column in ("starts_at", "worker_confirmed_at", "provider_confirmed_at"):
        yield from _to_instant(row, column, row.zone or book.zone)


def _to_instant(row: Row, column: str, here: str) -> Found:
    """No session starts at a wall time that is skipped or comes twice; what is said may be."""
    given = row.values.get(column)
    if given is None:
        return
    starts = column == "starts_at"
    try:
        if starts and given.tzinfo:
            to_utc(to_local(given, here), here)
        row.values[column] = given.astimezone(UTC) if given.tzinfo else to_utc(given, here)
    except Refused:
        yield column, Words(AN_HOUR_AWAY if starts else WITH_OFFSET)


def settle_session(session: Session, row: Row, book: Book) -> None:
    """Its wall time follows its instant; a change of one that was here is a new revision."""
    if "starts_at" in row.changes or not session.zone:
        session.zone = row.zone or session.zone or book.zone
        session.local_start = to_local(session.starts_at, session.zone)
    if row.record is None:
        session.sequence, session.changed_at = 0, book.now
    elif row.changes.keys() & SHOWN:
        revise(session, book.now)
    if session.outcome in CANCELLED:
        session.cancelled_at = session.cancelled_at or session.starts_at
    book.touched.add(session.entitlement_id)
    book.sessions.append(session)
    if row.record is None:
        book.new_sessions.append(session)
    if row.record is None or row.changes.keys() & MOVES or session.outcome in CANCELLED:
        book.to_place.append(session)


def settle_seat(seat: Seat, _row: Row, book: Book) -> None:
    book.groups.add(seat.group_id)


def settle_group(group: Group, row: Row, book: Book) -> None:
    if row.record is not None and "facilitator" in row.changes:
        book.groups.add(group.id)
    if row.record is not None and "rota_from" in row.changes:
        book.rotas.add(group.id)
