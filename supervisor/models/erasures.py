"""Who asks that their details be erased, what may not be erased yet, and what was."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, pk, ref
from supervisor.models.people import Person

OPEN = text("closed_at is null and done_at is null")


class Erasure(Base):
    """Somebody's details are to be erased: asked for by themselves or by the hub (`asked_by`).

    The hub puts it to a second person, `second`, with `put_by`; their yes does it. `closed_at`
    says that it was taken back or that the second said no.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("second_id is null or second_id <> put_by_id", name="two_people"),
        CheckConstraint("done_at is null or second_id is not null", name="agreed"),
        Index(
            "uq_erasure_open", "person_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[Utc]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    put_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    put_by: Mapped[Person | None] = relationship(foreign_keys=put_by_id)
    second: Mapped[Person | None] = relationship(foreign_keys=second_id)


class LegalHold(Base):
    """Nothing of somebody may be erased while the law wants it kept."""

    __tablename__ = "legal_hold"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since_on: Mapped[date]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    noted_by: Mapped[Person] = relationship(foreign_keys=noted_by_id)


class Erased(Base):
    """A mark of an id or an address that was erased, which only the hub's key can make again: an
    import with it is refused, and a restored copy is erased again."""

    __tablename__ = "erased"

    mark: Mapped[str] = mapped_column(primary_key=True)
    erased_on: Mapped[date]
