"""Who would like a group, and the groups that could be formed of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, TextList, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person


class GroupWish(Base):
    """Somebody would like a group of a kind, until they have one (`ended_at`). Asking again is
    the same row; what they took back is gone. No modes are all modes."""

    __tablename__ = "group_wish"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    modes: Mapped[TextList]
    asked_at: Mapped[Utc]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class Forming(Base):
    """The hub has groups looked for; a worker process answers.

    A worker process claims it until `claimed_until`; one that is killed loses it to the next.
    `placed` is how many have a group so far, `most` what no answer exceeds. `rows` are the groups
    of the answer, None until there is one, and `left_out` who has none, with the reason.
    `made_at` is filled once the groups were made.
    """

    __tablename__ = "forming"

    id: Mapped[pk]
    ref: Mapped[ref]
    kind: Mapped[str]
    seconds: Mapped[int]
    asked_at: Mapped[Utc]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    people: Mapped[int | None]
    placed: Mapped[int | None]
    most: Mapped[int | None]
    rows: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    left_out: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
