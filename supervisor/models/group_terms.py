"""What a group agrees on, and who has read it and said yes."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk
from supervisor.models.groups import Group
from supervisor.models.people import Person


class GroupTerms(Base):
    """The terms of a group: those of every group, and its own words, such as how it opens and
    closes. Who changes them asks everybody anew."""

    __tablename__ = "group_terms"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    words: Mapped[str]
    changed_at: Mapped[Utc]

    group: Mapped[Group] = relationship()
    yeses: Mapped[list["GroupYes"]] = relationship(cascade="all, delete-orphan")


class GroupYes(Base):
    """Somebody has read the terms as they are and said yes."""

    __tablename__ = "group_yes"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: Mapped[pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("group_terms.group_id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    said_at: Mapped[Utc]

    person: Mapped[Person] = relationship()
