"""Searches for whom to look for next: asked on a page, answered by a worker process."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref


class RecruitSearch(Base):
    """One search. A worker process claims it until `claimed_until`; one that is killed loses it to
    the next. `looked` of `profiles` have been looked at so far; `answer` is None until it is
    found, and stays None where something broke.
    """

    __tablename__ = "recruit_search"

    id: Mapped[pk]
    ref: Mapped[ref]
    seconds: Mapped[int]
    asked_at: Mapped[Utc]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked: Mapped[int | None]
    profiles: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
