"""That a group was closed, or joined to another; with what it takes to undo it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.groups import Group


class GroupEnding(Base):
    """The end of a group; `into` is where its people went, None where it was closed.

    `kept` holds the ids of what ended with it: seats, meetings, the last days of its rhythms, and
    what was there before in the other group.
    """

    __tablename__ = "group_ending"

    id: Mapped[pk]
    ref: Mapped[ref]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    into_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    ended_at: Mapped[Utc]
    ended_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kept: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    group: Mapped[Group] = relationship(foreign_keys=group_id)
    into: Mapped[Group | None] = relationship(foreign_keys=into_id)
