"""What a provider offers: kinds, capacity, vetting, the cultures they may speak for."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, TextList, pk
from supervisor.models.people import Person, Word

offering_culture = Table(
    "offering_culture",
    Base.metadata,
    Column("offering_id", ForeignKey("offering.id"), primary_key=True),
    Column("word_id", ForeignKey("word.id"), primary_key=True),
)


class Provider(Base):
    """A person who supervises or mentors: the hours a year they give over all kinds, in hours."""

    __tablename__ = "provider"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hours_a_year: Mapped[float | None]

    person: Mapped[Person] = relationship()


class Offering(Base):
    """One kind that a provider offers, up to a number of relationships, vetted until a day."""

    __tablename__ = "offering"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("provider.person_id"), index=True)
    kind: Mapped[str]
    capacity: Mapped[int]
    vetted_until: Mapped[date | None] = mapped_column(index=True)
    regions: Mapped[TextList]

    provider: Mapped[Provider] = relationship()
    cultures: Mapped[list[Word]] = relationship(secondary=offering_culture, order_by=Word.name)
