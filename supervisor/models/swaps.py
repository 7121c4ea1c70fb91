"""Two people in a mentoring match who would like to change places."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, pk, ref
from supervisor.models.matches import Match
from supervisor.models.people import Person
from supervisor.rules.swaps import Stage, stage


class Swap(Base):
    """One of the two asks that the other way round be tried, the other agrees, the hub does it.

    `typed_by` is the coordinator who wrote the asking down for them, if one did: the hub does not
    supply both sides. `closed_at` says that nothing came of it; `closed_by` is whose no it was,
    nobody's where it lapsed or the hub closed it. `became` is the match the other way round.
    """

    __tablename__ = "swap"
    __table_args__ = (
        CheckConstraint("done_at is null or agreed_at is not null", name="agreed"),
        CheckConstraint("done_at is null or closed_at is null", name="one_end"),
        CheckConstraint("(done_at is null) = (became_id is null)", name="became"),
        Index(
            "uq_swap_open",
            "match_id",
            unique=True,
            sqlite_where=text("closed_at is null and done_at is null"),
            postgresql_where=text("closed_at is null and done_at is null"),
        ),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Utc]
    lapses_at: Mapped[Utc]
    agreed_at: Mapped[Utc | None]
    closed_at: Mapped[Utc | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[Utc | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    became_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), index=True)

    match: Mapped[Match] = relationship(foreign_keys=match_id)
    became: Mapped[Match | None] = relationship(foreign_keys=became_id)
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)

    @property
    def stage(self) -> Stage:
        """Whose word comes next."""
        return stage(self.agreed_at, self.done_at, self.closed_at)

    @property
    def other(self) -> Person:
        """Whoever is asked."""
        worker = self.match.entitlement.person
        return self.match.provider if worker.id == self.asked_by_id else worker
