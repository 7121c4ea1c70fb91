"""What proves the record: what became of each meeting, the chain over it, and its checks.

All of these only grow: the database refuses to change or delete a row of them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, UtcDateTime, pk


class DeliveryEvent(Base):
    """Something that was said or decided of a meeting, kept beside whatever replaces it later.

    The database writes it itself whenever an answer, an outcome or a mark of who came is written,
    changed or taken away (`value` is None then), so that no act can forget to. `at` is when it was
    said, None where the record does not know; `written_at` is the clock of the database. Ids only.
    Of a session that came to something, `owed` says whose it is: the entitlement, who gave it, and
    whether it counts.
    """

    __tablename__ = "delivery_event"
    __table_args__ = (Index("ix_delivery_event_noun", "noun", "noun_id"),)

    id: Mapped[pk]
    noun: Mapped[str]
    noun_id: Mapped[int]
    what: Mapped[str]
    side: Mapped[str | None]
    person_id: Mapped[int | None]
    value: Mapped[str | None]
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]
    by_id: Mapped[int | None]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    written_at: Mapped[Utc]


class TrailLink(Base):
    """One row of the record in the chain: `mac` is an HMAC over it and over the link before it."""

    __tablename__ = "trail_link"
    __table_args__ = (UniqueConstraint("ledger", "row_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ledger: Mapped[str]
    row_id: Mapped[int]
    sealed_at: Mapped[Utc]
    mac: Mapped[str]


class TrailHead(Base):
    """The last link as it was on a day, signed, and mailed to the hub."""

    __tablename__ = "trail_head"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mac: Mapped[str]
    made_at: Mapped[Utc]
    signature: Mapped[str]


class TrailCheck(Base):
    """The chain was gone through from its beginning. `found` is how many things were not right;
    `named` the first of them, each a sentence and its facts."""

    __tablename__ = "trail_check"

    id: Mapped[pk]
    at: Mapped[Utc] = mapped_column(index=True)
    by_id: Mapped[int | None]
    seq: Mapped[int]
    mac: Mapped[str]
    waiting: Mapped[int]
    found: Mapped[int]
    named: Mapped[list[Any]] = mapped_column(JSON, default=list)


class StandingCheck(Base):
    """Where every entitlement stands was worked out from scratch and compared with what is on
    record. `found` is how many differed and were put right; `named` the first of them."""

    __tablename__ = "standing_check"

    id: Mapped[pk]
    at: Mapped[Utc]
    looked: Mapped[int]
    found: Mapped[int]
    named: Mapped[list[Any]] = mapped_column(JSON, default=list)
