"""Sign-ins, feeds, settings and the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.groups import Group
from supervisor.models.people import Person
from supervisor.rules.kinds import FeedLevel, FeedPart


class SignInLink(Base):
    """A link by mail: works once, for ten minutes. Only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class NewEmail(Base):
    """An address that its owner typed and has not confirmed yet, by a link of which only the hash
    is kept. One for each person: a later one takes its place."""

    __tablename__ = "new_email"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[Utc]
    ends_at: Mapped[Utc]


class SignIn(Base):
    """A person signed in on a device; ended at once when `ended_at` is filled."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str | None]
    began_at: Mapped[Utc]
    seen_at: Mapped[Utc]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class Look(Base):
    """Somebody who coordinates or manages looked at what is about somebody; `of_id` is None for a
    report about everybody. Ids only."""

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_by_id_at", "by_id", "at"),)

    id: Mapped[pk]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[str]
    at: Mapped[Utc]


class Attempt(Base):
    """A counted try (sign-in by address, by mailbox): limits are kept across processes."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_what_key_at", "what", "key_hash", "at"),)

    id: Mapped[pk]
    what: Mapped[str]
    key_hash: Mapped[str]
    at: Mapped[Utc]


class Feed(Base):
    """One calendar address of one person; only the hash of its token is kept. `part` says which of
    their meetings it holds, `group_id` of which group where it is one."""

    __tablename__ = "feed"

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str] = mapped_column(default=FeedLevel.NEUTRAL)
    part: Mapped[str] = mapped_column(default=FeedPart.ALL)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    made_at: Mapped[Utc]
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    group: Mapped[Group | None] = relationship()


class Fragment(Base):
    """One rendered event, kept per event, revision, viewer, manner and tombstone state.

    `level` holds the manner: how much it says, and in which language.
    """

    __tablename__ = "fragment"

    uid: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    cancelled: Mapped[bool] = mapped_column(primary_key=True)
    body: Mapped[bytes]


class Setting(Base):
    """A group of the hub's settings that differ from their defaults."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CreditRule(Base):
    """How meetings of groups counted before the hub changed it: for good, for periods that ended
    before `until_on`, the day of the change."""

    __tablename__ = "credit_rule"

    id: Mapped[pk]
    until_on: Mapped[date]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_at: Mapped[Utc]


class PriceRule(Base):
    """The prices that held until a day: a session before it costs what was agreed then."""

    __tablename__ = "price_rule"

    id: Mapped[pk]
    until_on: Mapped[date] = mapped_column(unique=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)


class Audit(Base):
    """Who did what to which record, when, for whom. Ids only; rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[pk]
    at: Mapped[Utc] = mapped_column(index=True)
    by_id: Mapped[int | None]
    for_id: Mapped[int | None]
    verb: Mapped[str]
    noun: Mapped[str]
    noun_ref: Mapped[str]
