"""Alerts with their history, and the outbox that carries the words."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, few, pk, ref
from supervisor.models.entitlements import Entitlement
from supervisor.models.groups import Meeting
from supervisor.models.matches import Match
from supervisor.models.people import Job, Person
from supervisor.models.sessions import Session

OPEN = text("ended_at is null")


class Alert(Base):
    """Something that needs somebody, from when it was raised until its cause was gone.

    It is about an entitlement, the meeting of a group, somebody's job, or a person. `cause` is
    unique while it is open: the same thing is never raised twice at once. Its days are counted
    from `since_at`. `step` is the next rung of the ladder that is not yet told, and
    `look_again_on` its time: None once all are told, or once it has ended.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open",
            "cause",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_alert_entitlement", "entitlement_id", "ended_at"),
        few("ix_alert_open", "name", where="ended_at is null"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    name: Mapped[str]
    cause: Mapped[str]
    entitlement_id: Mapped[int | None] = mapped_column(ForeignKey("entitlement.id"))
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    since_at: Mapped[Utc]
    raised_at: Mapped[Utc]
    step: Mapped[int] = mapped_column(default=0)
    look_again_on: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entitlement: Mapped[Entitlement | None] = relationship()
    match: Mapped[Match | None] = relationship()
    session: Mapped[Session | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    job: Mapped[Job | None] = relationship()
    person: Mapped[Person | None] = relationship()
    events: Mapped[list["AlertEvent"]] = relationship(order_by="AlertEvent.id")


class AlertEvent(Base):
    """A line of an alert's history: raised, told, seen, acknowledged, handed over, snoozed, ended.

    `to_id` is whom `person_id` gave it to, with a note.
    """

    __tablename__ = "alert_event"

    id: Mapped[pk]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    what: Mapped[str]
    at: Mapped[Utc]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None]
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    to: Mapped[Person | None] = relationship(foreign_keys=to_id)


class Message(Base):
    """One message to one person, unique on (cause, recipient, channel).

    Claimed by a conditional update with a lease, sent, then acknowledged: `sent_at` is
    written after the sending, and taken back when it bounces. `sent_to` is a fingerprint of the
    address. From `stopped_at` on nothing is tried any more; `trouble` says why, in the words or
    the code of the other server. `message_id` stays the same when it is sent again. An urgent one
    waits for nobody's hour and goes alone. After `until_at` it says nothing that helps. A
    private one is between its reader and the machine: the hub neither lists nor hands it over.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("cause", "recipient_id", "channel"),
        few("ix_message_due", "due_at", "id", where="sent_at is null and dropped_at is null"),
        few("ix_message_in_hand", "recipient_id", where="claimed_by is not null"),
        few(
            "ix_message_to_hub",
            "alert_id",
            where="template in ('alert_hub', 'alert_handed') and dropped_at is null",
        ),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    cause: Mapped[str]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str]
    template: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    private: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str] = mapped_column(unique=True)
    written_at: Mapped[Utc]
    due_at: Mapped[Utc]
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_to: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    recipient: Mapped[Person] = relationship()
    alert: Mapped[Alert | None] = relationship()


class JobTick(Base):
    """One run of one job at one tick: unique, so that several workers never run it twice."""

    __tablename__ = "job_tick"

    job: Mapped[str] = mapped_column(primary_key=True)
    tick: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    worker: Mapped[str]
