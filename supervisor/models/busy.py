"""Calendars that people keep elsewhere, and when these say that they are busy."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person


class BusySource(Base):
    """One calendar of one person. Its address, and what opens it, are sealed with a key that is
    not in the database; `host` is all that is shown of it.

    `next_at` is when it is read again, `whole_at` when all of it was last read, new or not: what
    repeats goes on beyond the days that were read then. `trouble` is one word for what went wrong
    the last time, None where nothing did; `doubts` are entries that could not be read as they are.
    """

    __tablename__ = "busy_source"

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    host: Mapped[str]
    sealed: Mapped[bytes]
    made_at: Mapped[Utc]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    whole_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    etag: Mapped[str | None]
    modified: Mapped[str | None]

    person: Mapped[Person] = relationship()


class BusySpan(Base):
    """A stretch of time in which somebody is busy elsewhere: its start and its end, nothing else.

    Not a commitment: it hides times, and refuses none. `seen_at` is when it was first read.
    """

    __tablename__ = "busy_span"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_busy_span_person_start", "person_id", "starts_at"),
    )

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey("busy_source.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    sure: Mapped[bool]
    seen_at: Mapped[Utc]
