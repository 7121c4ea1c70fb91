"""Somebody wants to talk soon: who was asked, and who took it. It counts nowhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person

OPEN = text("ended_at is null")


class Debrief(Base):
    """One wish to talk, one at a time for each person.

    `next_at` is when the next are asked, and None once there is nobody left; `hub_at` when the
    hub is to be told that one is open, `hub_told_at` when it was. `number` is where the worker
    can be rung and `reach` what the one who took it gave; both are forgotten when it ends, who
    asked some time after. `asked_by_id` is who of the hub asked for the worker, as they wished on
    the phone; None where the worker asked, which the hub never sees.
    """

    __tablename__ = "debrief"
    __table_args__ = (
        Index(
            "uq_debrief_open",
            "person_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    whom: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str]
    number: Mapped[str | None]
    asked_at: Mapped[Utc]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    hub_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    hub_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reach: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    asked_by: Mapped[Person | None] = relationship(foreign_keys=asked_by_id)
    manager: Mapped[Person | None] = relationship(foreign_keys=manager_id)
    accepted_by: Mapped[Person | None] = relationship(foreign_keys=accepted_by_id)
    asks: Mapped[list["DebriefAsk"]] = relationship(
        back_populates="debrief", order_by="DebriefAsk.id", cascade="all, delete-orphan"
    )


class DebriefAsk(Base):
    """One person who was asked. Its own random id is the address that they are sent, so that
    two who were asked cannot tell that it is the same."""

    __tablename__ = "debrief_ask"
    __table_args__ = (UniqueConstraint("debrief_id", "person_id"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    debrief_id: Mapped[int] = mapped_column(ForeignKey("debrief.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[Utc]
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    debrief: Mapped[Debrief] = relationship(back_populates="asks")
    person: Mapped[Person] = relationship()
