"""Who leaves for good, and what their periods were before."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc
from supervisor.models.people import Person


class Departure(Base):
    """Somebody's last day, as the hub wrote it down. `periods` keeps the last day that each of
    their entitlements had before, by its ref, so that it can be taken back."""

    __tablename__ = "departure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_on: Mapped[date]
    noted_at: Mapped[Utc]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    periods: Mapped[dict[str, Any]] = mapped_column(JSON)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    noted_by: Mapped[Person] = relationship(foreign_keys=noted_by_id)
