"""Rooms to meet in: which a place has, and the hours that each has given away."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.organisations import Place


class MeetingRoom(Base):
    """A room of a place. `notes` say what helps to choose it, such as step-free access; one that
    is retired keeps its past and takes no more meetings."""

    __tablename__ = "meeting_room"
    __table_args__ = (
        UniqueConstraint("place_id", "name"),
        CheckConstraint("seats > 0", name="seats"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str]
    seats: Mapped[int]
    notes: Mapped[str | None]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    place: Mapped[Place] = relationship()


class RoomUse(Base):
    """One room's stretch of time, half-open. The database refuses two that overlap."""

    __tablename__ = "room_use"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_room_use_room_start", "room_id", "starts_at"),
    )

    id: Mapped[pk]
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_room.id"))
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
