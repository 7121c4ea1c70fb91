"""Texts that people send back."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person


class TextReply(Base):
    """A text that came in: `said` once it was understood, else for the hub to look at.

    `gateway_id` is the gateway's own, unique, so that one that is sent twice counts once. Words
    and number are kept for as long as somebody has to read them.
    """

    __tablename__ = "text_reply"

    id: Mapped[pk]
    ref: Mapped[ref]
    gateway_id: Mapped[str | None] = mapped_column(unique=True)
    came_at: Mapped[Utc]
    phone: Mapped[str | None]
    words: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    said: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    person: Mapped[Person | None] = relationship()
