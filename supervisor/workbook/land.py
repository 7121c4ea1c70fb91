"""What a draft found is written: rows, taken times, the hub's questions, what was said."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import RelationshipDirection

from supervisor import entitlements
from supervisor.errors import Refused
from supervisor.groups import group_messages, group_times
from supervisor.models import (
    Commitment,
    Entitlement,
    Group,
    Imported,
    ManagerChange,
    Place,
    Session,
    Word,
)
from supervisor.models.engine import lock_people
from supervisor.rules.words import N_
from supervisor.workbook.book import Book
from supervisor.workbook.compare import fingerprint
from supervisor.workbook.draft import Draft
from supervisor.workbook.land_places import place_sessions
from supervisor.workbook.land_rooms import give_rooms
from supervisor.workbook.land_rota import deal_turns
from supervisor.workbook.rows import Row, Sheet, key_text
from supervisor.workbook.sheets import SHEETS

AT_ONCE = 500


def land(draft: Draft) -> None:
    """Write everything that differs; flushes, never commits."""
    book = draft.book
    with book.store.no_autoflush:
        _add_words(book)
        _add_places(book)
        for name, rows in draft.rows.items():
            _write(draft, SHEETS[name], rows)
        _ask(draft)
        _take_times(book)
        _gather_groups(book)
        _remember(draft)
    book.store.flush()
    place_sessions(book)
    give_rooms(book)
    _reassess(book)


def _add_words(book: Book) -> None:
    words = [Word(vocabulary=vocabulary, name=name) for vocabulary, name in book.new_words]
    book.store.add_all(words)
    book.store.flush()
    for word in words:
        book.words[word.id] = word.vocabulary, word.name
        book.word_ids[word.vocabulary, word.name] = word.id


def _add_places(book: Book) -> None:
    places = [
        Place(
            ref=town.ref,
            name=town.name,
            latitude=town.latitude,
            longitude=town.longitude,
            region=town.region,
            land=town.land,
        )
        for town in book.new_places.values()
    ]
    book.store.add_all(places)
    book.store.flush()
    book.learn("places", places)


def _write(draft: Draft, sheet: Sheet, rows: list[Row]) -> None:
    _let_go_of_mailboxes(draft.book, rows)
    written = [_put(draft.book, sheet, row) for row in rows if row.changes]
    draft.book.store.add_all(written)
    draft.book.store.flush()
    draft.book.learn(sheet.name, written)


def _let_go_of_mailboxes(book: Book, rows: list[Row]) -> None:
    """Two who swap addresses would each wait for the other's."""
    for row in rows:
        if row.record is not None and "email" in row.changes:
            row.record.email = None
    book.store.flush()


def _put(book: Book, sheet: Sheet, row: Row) -> Any:
    record = row.record if row.record is not None else sheet.record(**sheet.defaults)
    for column in sheet.columns:
        if column.name in row.changes:
            column.put(record, row.changes[column.name], book)
    sheet.settle(record, row, book)
    if row.record is None:
        _say_what_is_empty(record)
        row.record = record
    return record


def _say_what_is_empty(record: Any) -> None:
    """What a new record has none of is said now; later, each would be asked of the database."""
    for relation in inspect(type(record)).relationships:
        of_its_own = relation.direction is not RelationshipDirection.MANYTOONE
        if of_its_own and relation.key not in record.__dict__:
            setattr(record, relation.key, [] if relation.uselist else None)


def _ask(draft: Draft) -> None:
    """A new manager waits for the hub's yes, asked once."""
    ids = draft.book.ids["people"]
    draft.book.store.add_all(
        ManagerChange(job_id=row.record.id, manager_id=ids[manager], asked_at=draft.book.now)
        for row, manager in draft.to_ask
    )


def _take_times(book: Book) -> None:
    """A booked session ahead takes its hour of two people; any other takes none."""
    store = book.store
    ids = [int(session.id) for session in book.sessions]
    store.execute(delete(Commitment).where(Commitment.lapses_at <= book.now))
    for some in _chunks(ids):
        store.execute(delete(Commitment).where(Commitment.session_id.in_(some)))
    workers = book.workers() if book.sessions else {}
    rows: list[dict[str, Any]] = [
        {
            "person_id": person,
            "session_id": session.id,
            "starts_at": session.starts_at,
            "ends_at": session.starts_at + timedelta(minutes=session.minutes),
        }
        for session in book.sessions
        if session.outcome is None and _ahead(session, book)
        for person in (workers[session.entitlement_id], session.provider_id)
    ]
    lock_people(store, [row["person_id"] for row in rows])
    try:
        if rows:
            store.execute(insert(Commitment), rows)
    except IntegrityError as clash:
        raise Refused(N_("Somebody took one of these times meanwhile. Import again.")) from clash


def _gather_groups(book: Book) -> None:
    """Whoever came, left or leads by this import has the hours of their groups, and no others."""
    for group_id in sorted(book.groups):
        group = book.store.get_one(Group, group_id)
        book.store.expire(group)
        moved = group_times.retake(book.store, group, book.now)
        group_messages.rooms_given(book.store, moved, None, book.now)
    deal_turns(book)


def _ahead(session: Session, book: Book) -> bool:
    return session.starts_at + timedelta(minutes=session.minutes) > book.now


def _remember(draft: Draft) -> None:
    """Fingerprints of each row as this import leaves it, so that a later edit is known as one."""
    fresh: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for name, rows in draft.rows.items():
        for row in rows:
            before = draft.memory.get((name, key_text(row.key)))
            first = {} if before is not None or row.left_out else _found(draft.book, name, row)
            cells = {**(before or first), **_said(SHEETS[name], row)}
            if not row.left_out and cells != before:
                line = {"sheet": name, "key": key_text(row.key), "cells": cells}
                (again if before is not None else fresh).append(line)
    if fresh:
        draft.book.store.execute(insert(Imported), fresh)
    if again:
        draft.book.store.execute(update(Imported), again)


def _found(book: Book, sheet: str, row: Row) -> dict[str, str]:
    """What a row that is imported for the first time holds beside what the file says."""
    texts = {
        column.name: column.cell.canonical(column.get(row.record, book))
        for column in SHEETS[sheet].columns
    }
    return {name: fingerprint(text) for name, text in texts.items() if text}


def _said(sheet: Sheet, row: Row) -> dict[str, str]:
    return {
        column.name: fingerprint(column.cell.canonical(row.values[column.name]))
        for column in sheet.columns
        if row.values.get(column.name) is not None
    }


def _reassess(book: Book) -> None:
    """Where each entitlement stands after its dates, sessions, match or leave changed."""
    changed = book.touched | {entitlement.id for entitlement in book.changed_entitlements}
    rows = book.store.execute(select(Entitlement.id, Entitlement.person_id))
    ids = [int(id_) for id_, person_id in rows if id_ in changed or person_id in book.resting]
    book.store.expire_all()
    for some in _chunks(ids):
        these = book.store.scalars(select(Entitlement).where(Entitlement.id.in_(some))).all()
        entitlements.reassess_all(book.store, these, book.now)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
