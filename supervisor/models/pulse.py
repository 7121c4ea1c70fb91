"""Three short questions: who was asked, and, apart from it, what was answered, by nobody."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, new_ref
from supervisor.models.people import Person


class PulseAsk(Base):
    """Who was asked last, after how many meetings, and whether the card still lies open.

    It is closed alike by an answer and by none, and without a time. `stopped` once they said that
    they do not want to be asked.
    """

    __tablename__ = "pulse_ask"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    held: Mapped[int] = mapped_column(default=0)
    asked_on: Mapped[date | None]
    open: Mapped[bool] = mapped_column(default=False)
    stopped: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()


class PulseSaid(Base):
    """An answer that waits for its quarter to be over, sealed with a key that is not in here.

    It has no person, no time and no order: its key is random, and all that wait are written
    anew, in another order, every hour.
    """

    __tablename__ = "pulse_said"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it so

    key: Mapped[str] = mapped_column(primary_key=True, default=lambda: f"{new_ref()}{new_ref()}")
    sealed: Mapped[str]


class PulseQuarter(Base):
    """A quarter that is over, by its first day, and how many answers were counted in it: none
    where so few waited that they wait for the next one."""

    __tablename__ = "pulse_quarter"

    begins_on: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]

    counts: Mapped[list["PulseCount"]] = relationship()


class PulseCount(Base):
    """How many gave one answer to one question in a quarter."""

    __tablename__ = "pulse_count"

    begins_on: Mapped[date] = mapped_column(ForeignKey("pulse_quarter.begins_on"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    felt: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
