"""Everything about me, as its owner takes it out: as a page to read and as data."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from supervisor import audit
from supervisor.models import (
    Choice,
    Entitlement,
    Group,
    Job,
    Match,
    Meeting,
    Organisation,
    Person,
    Place,
    Proposal,
    Session,
    Store,
    Word,
)
from supervisor.privacy.data_parts import PARTS, Part

Row = dict[str, Any]
SECRET = {
    "id", "token_hash", "cause", "claimed_by", "claimed_until", "attempts", "alert_id", "sent_to",
    "sealed", "etag", "modified", "fit", "suggested", "noun_ref", "noun_id", "by_id", "for_id",
    "person_id", "reach", "reason", "message_id", "look_again_on",
}  # fmt: skip
"""Columns that are keys of the machine, or somebody else's."""
KNOWN = {
    Session.provider_id, Match.provider_id, Choice.provider_id, Proposal.provider_id,
    Job.manager_id,
}  # fmt: skip
"""Whose name the owner knows already; anybody else is left out."""
NAMES: dict[str, tuple[type[Any], str]] = {
    "word": (Word, "name"),
    "place": (Place, "name"),
    "organisation": (Organisation, "name"),
    "group": (Group, "name"),
    "entitlement": (Entitlement, "kind"),
    "session": (Session, "local_start"),
    "meeting": (Meeting, "local_start"),
}


@dataclass(frozen=True)
class Held:
    """What one table holds about somebody."""

    title: str
    table: str
    rows: list[Row]


def of(store: Store, person: Person, *, apart: bool) -> list[Held]:
    """All of it, or what is taken out by a choice of its own."""
    parts = [part for part in PARTS if part.apart is apart]
    found = [_held(store, part, person) for part in parts]
    return [held for held in found if held.rows]


def _held(store: Store, part: Part, person: Person) -> Held:
    query = select(part.record).where(part.whose(person.id))
    keys = part.record.__table__.primary_key.columns
    records = store.scalars(query.order_by(*keys)).all()
    rows = [dict(_cells(store, part.record, record, person)) for record in records]
    return Held(part.title, part.record.__tablename__, rows)


def _cells(store: Store, kind: Any, record: Any, person: Person) -> Iterator[tuple[str, Any]]:
    for column in kind.__table__.columns:
        value = getattr(record, column.key)
        if column.key in SECRET or value is None:
            continue
        if not column.foreign_keys:
            yield column.key, value
        elif (said := _named(store, getattr(kind, column.key), value, person)) is not None:
            yield column.key.removesuffix("_id"), said


def _named(store: Store, column: Any, value: int, person: Person) -> Any:
    """What a number stands for; None for what is not told, and for the owner, whose all of it
    is."""
    table = next(iter(column.property.columns[0].foreign_keys)).column.table.name
    if table == "person":
        return _name(store, value) if value != person.id and column in KNOWN else None
    if table not in NAMES:
        return None
    record, field = NAMES[table]
    return getattr(store.get(record, value), field)


def _name(store: Store, person_id: int) -> str:
    return store.get_one(Person, person_id).name


def zipped(held: list[Held], page: str) -> bytes:
    """A page to read, and the same as JSON for a program."""
    content = io.BytesIO()
    tables = [{"table": one.table, "about": one.title, "rows": one.rows} for one in held]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("read-me.html", page)
        file.writestr("data.json", json.dumps(tables, default=_said, ensure_ascii=False, indent=1))
    return content.getvalue()


def _said(value: date | datetime) -> str:
    return value.isoformat()


def took_out(store: Store, person: Person, now: datetime) -> None:
    """That a copy was taken is on record; not which of the two."""
    audit.record(store, now, person, "make", "copy", "")
