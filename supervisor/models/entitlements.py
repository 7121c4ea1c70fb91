"""What a worker is owed, how it was amended, and where it stands."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, link, pk, ref
from supervisor.models.organisations import Organisation
from supervisor.models.people import Person, Word
from supervisor.rules.kinds import Standing


class Entitlement(Base):
    """Sessions of one kind that a worker is owed in a period; both days are inside it.

    `ref` is the id that the hub gave it, in the workbook, the commands and the reports, and may say
    what it is for. `link` is random, for the addresses of pages and what is mailed.

    `standing`, `standing_since` and `look_again_on` are written by
    `entitlements.reassess` alone.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        CheckConstraint("sessions >= 0 and minutes > 0", name="amount"),
        CheckConstraint("starts_on <= ends_on", name="order"),
        Index("ix_entitlement_person_kind", "person_id", "kind"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    link: Mapped[link]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    sessions: Mapped[int]
    minutes: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    culture_wanted_id: Mapped[int | None] = mapped_column(ForeignKey("word.id"))
    mandatory: Mapped[bool] = mapped_column(default=False)
    payer: Mapped[str | None]
    waiting_since: Mapped[date | None]
    standing: Mapped[str] = mapped_column(default=Standing.ON_TRACK)
    standing_since: Mapped[date | None]
    look_again_on: Mapped[Utc | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship()
    culture_wanted: Mapped[Word | None] = relationship()
    amendments: Mapped[list["Amendment"]] = relationship(order_by="Amendment.from_on")


class Amendment(Base):
    """A new total from a day on; what was expected before that day stays."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("entitlement_id", "from_on"),)

    id: Mapped[pk]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    from_on: Mapped[date]
    sessions: Mapped[int]
    made_at: Mapped[Utc]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Extension(Base):
    """The period was let go on until a later day. No reason is kept."""

    __tablename__ = "extension"
    __table_args__ = (CheckConstraint("before_on < ends_on", name="later"),)

    id: Mapped[pk]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    before_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[Utc]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Flip(Base):
    """One change of standing: proof of when the hub knew. Kept as long as the entitlement."""

    __tablename__ = "flip"

    id: Mapped[pk]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    before: Mapped[str | None]
    after: Mapped[str]
    since: Mapped[date]
    noticed_at: Mapped[Utc]


class Choice(Base):
    """A provider whom a worker named, first to fifth."""

    __tablename__ = "choice"
    __table_args__ = (
        UniqueConstraint("person_id", "provider_id"),
        CheckConstraint("rank between 1 and 5", name="rank"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rank: Mapped[int]


class Conflict(Base):
    """Two who shall not be put together, or a person and an organisation; no reason exists.

    `name` is what its owner typed, and all that they are shown again: it holds for whoever bears
    that name now or later, and stays with the one of them who was known then. Without
    `declared_at` a workbook brought it.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint(
            "(other_person_id is null or other_organisation_id is null) and "
            "(name is not null or other_person_id is not null "
            "or other_organisation_id is not null)",
            name="one_other",
        ),
        UniqueConstraint("person_id", "other_person_id"),
        UniqueConstraint("person_id", "other_organisation_id"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    other_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str | None]
    declared_at: Mapped[Utc | None]

    other_person: Mapped[Person | None] = relationship(foreign_keys=other_person_id)
    other_organisation: Mapped[Organisation | None] = relationship()
