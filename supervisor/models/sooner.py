"""Who would like an earlier time, which times came free, and who was asked."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.sessions import Session


class SoonerWish(Base):
    """The worker of a booked session would like it sooner, if something comes up."""

    __tablename__ = "sooner_wish"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    asked_at: Mapped[Utc]

    session: Mapped[Session] = relationship()


class FreedTime(Base):
    """A time of a provider that came free, until somebody has looked who would like it."""

    __tablename__ = "freed_time"

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[Utc]


class SoonerOffer(Base):
    """An earlier time that one worker was asked about; `closed_at` says that it was answered,
    that somebody else was quicker, or that it is too late."""

    __tablename__ = "sooner_offer"
    __table_args__ = (UniqueConstraint("session_id", "starts_at"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    starts_at: Mapped[Utc]
    offered_at: Mapped[Utc]
    lapses_at: Mapped[Utc]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    session: Mapped[Session] = relationship()
