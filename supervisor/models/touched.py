"""About whom something changed since somebody looked last, so that not everybody is looked at."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, UtcDateTime, pk


class Reader(StrEnum):
    """Who looks: two jobs, and whoever answers for a calendar."""

    OVER_CAPACITY = "over_capacity"
    PULSE = "pulse"
    FEEDS = "feeds"


class Touched(Base):
    """Somebody whom `reader` has to look at again.

    The database writes it itself with whatever changes what that reader asks (`touches.py`), in
    the same transaction: nothing is overlooked that is committed late, and no act can forget to.
    It points at nobody by a key: a key would lock their row, and rows are only ever added here by
    whoever books.
    """

    __tablename__ = "touched"
    __table_args__ = (Index("ix_touched_reader", "reader", "person_id"),)

    id: Mapped[pk]
    reader: Mapped[str]
    person_id: Mapped[int]


class LookedAt(Base):
    """The last time that `job` looked at everybody, and by which day and rules (`as_of`)."""

    __tablename__ = "looked_at"

    job: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
