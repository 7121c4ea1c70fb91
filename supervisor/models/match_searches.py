"""The hub looks for the best for everybody: asked for on a page, answered by a worker process."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person


class MatchSearch(Base):
    """One search: for everybody who is open, or for cover while `away` is away.

    With `follows` nobody asked for it: somebody chose or said no, and the rest is solved again.
    With `reopen` the matches that run were opened too.

    A worker process claims it until `claimed_until`; one that is killed loses it to the next.
    `met` and `total` are what has been reached so far, `most_…` what no answer exceeds; `rows` is
    the answer, and None until there is one; `unmet` are those for whom there is nobody. `sent_at`
    is filled once its offers were made.
    """

    __tablename__ = "match_search"

    id: Mapped[pk]
    ref: Mapped[ref]
    away_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seconds: Mapped[int]
    asked_at: Mapped[Utc]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    follows: Mapped[bool] = mapped_column(default=False)
    reopen: Mapped[bool] = mapped_column(default=False)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    needs: Mapped[int | None]
    met: Mapped[int | None]
    total: Mapped[int | None]
    most_met: Mapped[int | None]
    most_total: Mapped[int | None]
    rows: Mapped[list[list[Any]] | None] = mapped_column(JSON(none_as_null=True))
    unmet: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    away: Mapped[Person | None] = relationship(foreign_keys=away_id)
