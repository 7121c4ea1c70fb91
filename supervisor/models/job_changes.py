"""Who moves to another employer, and what becomes of what they are owed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Job, Person


class JobChange(Base):
    """One job ends and another begins on `first_on`. `terms` says by its ref what becomes of each
    entitlement that the old employer pays, and is done on that day (`begun_at`). `before` keeps
    the last days of the old job and of periods, so that it can be taken back until then."""

    __tablename__ = "job_change"

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    new_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    first_on: Mapped[date]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    noted_at: Mapped[Utc]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    noted_by: Mapped[Person] = relationship(foreign_keys=noted_by_id)
    old: Mapped[Job] = relationship(foreign_keys=old_id)
    new: Mapped[Job] = relationship(foreign_keys=new_id)
