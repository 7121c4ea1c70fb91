"""What somebody's week is changed by: single days, visit days, holidays worked, limits of their
own."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, pk
from supervisor.models.organisations import Place


class DayHours(Base):
    """Hours of a single day on which a person can meet (`opens`), or cannot, whatever their week
    says. `mode` and `place` keep it to one way of meeting and one place."""

    __tablename__ = "day_hours"
    __table_args__ = (
        CheckConstraint("starts_minute < ends_minute and ends_minute <= 1440", name="order"),
        Index("ix_day_hours_person_day", "person_id", "day"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    opens: Mapped[bool]
    mode: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))

    place: Mapped[Place | None] = relationship()


class Visit(Base):
    """Days at a place away from home, in person: from `first_on` every so many weeks, until
    `last_on` where there is one."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("starts_minute < ends_minute and ends_minute <= 1440", name="order"),
        CheckConstraint("every_weeks between 1 and 12", name="every"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    first_on: Mapped[date]
    every_weeks: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    last_on: Mapped[date | None]

    place: Mapped[Place] = relationship()


class OpenedDay(Base):
    """A public holiday on which somebody works."""

    __tablename__ = "opened_day"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class OwnBooking(Base):
    """How somebody wants to be booked; what is None is as the hub has it."""

    __tablename__ = "own_booking"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    notice_hours: Mapped[int | None]
    horizon_days: Mapped[int | None]
    most_a_day: Mapped[int | None]
    most_a_week: Mapped[int | None]
    before_minutes: Mapped[int | None]
    after_minutes: Mapped[int | None]
    travel_kmh: Mapped[int | None]
