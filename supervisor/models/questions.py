"""What a manager asks about the numbers of their team, and what the hub answers."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk, ref
from supervisor.models.entitlements import Entitlement
from supervisor.models.people import Person


class Question(Base):
    """Whether a number is right: that of one entitlement, or without one of the whole team.

    `right` is empty until it is answered; False says that the number was put right.
    """

    __tablename__ = "question"

    id: Mapped[pk]
    ref: Mapped[ref]
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    entitlement_id: Mapped[int | None] = mapped_column(ForeignKey("entitlement.id"))
    word: Mapped[str | None]
    asked_at: Mapped[Utc]
    answered_at: Mapped[Utc | None] = mapped_column(index=True)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    right: Mapped[bool | None]
    answer: Mapped[str | None]

    manager: Mapped[Person] = relationship(foreign_keys=manager_id)
    entitlement: Mapped[Entitlement | None] = relationship()
