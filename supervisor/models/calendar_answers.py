"""Invitations by mail: what a calendar has by them, and what came in as an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.groups import Meeting
from supervisor.models.people import Person
from supervisor.models.sessions import Session


class InvitationReply(Base):
    """One answer, with what became of it. `person_id` is whom the address was signed for, None for
    an answer to no address of ours. `stamp` is when it was given; of two the later one counts.

    `outcome` is a word; one that a person of the hub must look at waits until `settled_at`. No word
    of the mail is kept.
    """

    __tablename__ = "invitation_reply"
    __table_args__ = (Index("ix_invitation_reply_person_uid", "person_id", "uid"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    came_at: Mapped[Utc]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    uid: Mapped[str]
    occurrence: Mapped[str]
    method: Mapped[str]
    partstat: Mapped[str]
    sequence: Mapped[int | None]
    stamp: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str]
    waits: Mapped[bool] = mapped_column(default=False, index=True)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    session: Mapped[Session | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()


class InvitedEvent(Base):
    """What somebody's calendar has of one event by mail, by its UID.

    `has` is each meeting of it that is on there and not over: under its place in the rhythm (empty
    for one that is in none) its wall time, zone, minutes and a mark of what else was said. `whole`
    is whether it was sent as a rhythm, in `zone`, and not some of its meetings alone. `sequence`
    is the highest number that went. It was held against what is true at `looked_at`.
    """

    __tablename__ = "invited_event"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    whole: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str]
    has: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    until_at: Mapped[Utc] = mapped_column(index=True)
    looked_at: Mapped[Utc]

    person: Mapped[Person] = relationship()
