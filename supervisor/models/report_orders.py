"""Who is told when a report is ready, and how often."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk
from supervisor.models.people import Person


class ReportOrder(Base):
    """Somebody is told of a report after each week, month or quarter; next on the day `next_on`.
    One that is stopped is deleted. `report` is `team` for a manager's own."""

    __tablename__ = "report_order"
    __table_args__ = (UniqueConstraint("person_id", "report"),)

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    report: Mapped[str]
    every: Mapped[str]
    next_on: Mapped[date] = mapped_column(index=True)
    asked_at: Mapped[Utc]

    person: Mapped[Person] = relationship()
