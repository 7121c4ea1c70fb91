"""Whom workers would like to meet: somebody they know, and the order before the present one."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk, ref
from supervisor.models.entitlements import Entitlement
from supervisor.models.people import Person


class ChoicesBefore(Base):
    """The order that a worker's choices had before its last change, so that it can be taken
    back: ids of people, the first one first."""

    __tablename__ = "choices_before"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    providers: Mapped[list[int]] = mapped_column(JSON, default=list)


class Nomination(Base):
    """Somebody whom a worker knows and would like to meet, in the worker's own words.

    Open until `decided_at`. Then `provider` is whom the hub vetted or knew already; without one
    it was *not now*, and `answer` is what the hub said with it. `contact` and `word` are about
    somebody who does not know of it: they go when they are not needed any more.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint(
            "(decided_at is null) = (decided_by_id is null) "
            "and (decided_at is not null or (provider_id is null and answer is null))",
            name="decided",
        ),
        Index(
            "uq_nomination_open",
            "entitlement_id",
            "name",
            unique=True,
            sqlite_where=text("decided_at is null"),
            postgresql_where=text("decided_at is null"),
        ),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    name: Mapped[str]
    contact: Mapped[str | None]
    word: Mapped[str | None]
    asked_at: Mapped[Utc]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[Utc | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None]

    entitlement: Mapped[Entitlement] = relationship()
    provider: Mapped[Person | None] = relationship(foreign_keys=provider_id)
