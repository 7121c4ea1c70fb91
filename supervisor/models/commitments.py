"""Nobody is in two places: the one table that says who is taken when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, UtcDateTime, pk


class Commitment(Base):
    """One person's stretch of time, half-open. The database refuses two that overlap.

    A hold (`lapses_at` filled) keeps a time that is on offer; lapsed holds are deleted inside
    the transaction that books.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_commitment_person_start", "person_id", "starts_at"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    lapses_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
