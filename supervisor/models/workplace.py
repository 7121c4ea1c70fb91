"""What a workplace does beside supervision: 1:1s with the manager, a buddy, the programme."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk
from supervisor.models.people import Job, Person


class CatchUp(Base):
    """A 1:1 of a worker and their manager: that it was, on which day, and nothing of it."""

    __tablename__ = "catch_up"
    __table_args__ = (UniqueConstraint("job_id", "held_on"),)

    id: Mapped[pk]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    held_on: Mapped[date]
    noted_at: Mapped[Utc]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    noted_by: Mapped[Person] = relationship()


class Buddy(Base):
    """Whom a worker has beside them at work, by name: a peer there need not be known here."""

    __tablename__ = "buddy"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    name: Mapped[str]
    since_on: Mapped[date]


class ProgrammeStep(Base):
    """A step of the programme that was taken, and when."""

    __tablename__ = "programme_step"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    done_on: Mapped[date]
    noted_at: Mapped[Utc]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    job: Mapped[Job] = relationship()
