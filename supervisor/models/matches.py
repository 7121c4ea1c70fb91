"""Who meets whom: offers, matches, cover, and the signed terms."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, TextList, Utc, UtcDateTime, few, pk, ref
from supervisor.models.entitlements import Entitlement
from supervisor.models.people import Person
from supervisor.rules.kinds import MatchState


class Match(Base):
    """A provider for an entitlement, from a day until a day (inside it; None = open).

    An offer has no `starts_on`. Both say yes, then it is active. The database refuses two
    matches of one entitlement that overlap, cover apart; the day of a change may be the last of
    one and the first of the next (migration `0002`). `suggested` is its place in the list that
    the solver made, 0 for its own choice; None where somebody offered it by hand.
    """

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint(
            "state in ('offered','declined','lapsed') or starts_on is not null", name="started"
        ),
        CheckConstraint("ends_on is null or starts_on <= ends_on", name="order"),
        Index(
            "uq_match_offer",
            "entitlement_id",
            "provider_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        few("ix_match_lapses", "lapses_at", where="state = 'offered'"),
        few("ix_match_ended", "ends_on", where="ends_on is not null"),
        few("ix_match_last_day", "ends_on", where="state = 'active'"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cover: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=MatchState.OFFERED)
    fit: Mapped[int | None]
    suggested: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lapses_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker_yes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_yes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker_lets_book_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_lets_book_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    entitlement: Mapped[Entitlement] = relationship()
    provider: Mapped[Person] = relationship(foreign_keys=provider_id)
    agreement: Mapped["Agreement | None"] = relationship(back_populates="match")


class Agreement(Base):
    """The signed terms of a match. `manager_sees_dates` and `manager_sees_kind` are three-way:
    they hold only once the employer has signed too. A `…_signed_by_id` differs from the party's
    own person where the hub signed for them, and is empty where a workbook brought it in."""

    __tablename__ = "agreement"
    __table_args__ = (few("ix_agreement_unsigned", "match_id", where="agreed_on is null"),)

    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), primary_key=True)
    agreed_on: Mapped[date | None]
    review_on: Mapped[date | None] = mapped_column(index=True)
    mode: Mapped[str | None]
    cancellation_hours: Mapped[int] = mapped_column(default=24)
    tikanga: Mapped[str | None]
    manager_sees_dates: Mapped[bool] = mapped_column(default=False)
    manager_sees_kind: Mapped[bool] = mapped_column(default=False)
    worker_signed_at: Mapped[Utc | None]
    worker_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    provider_signed_at: Mapped[Utc | None]
    provider_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    employer_signed_at: Mapped[Utc | None]
    employer_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    match: Mapped[Match] = relationship(back_populates="agreement")


class Override(Base):
    """An exception: rules that do not count between an entitlement and a provider, up to and
    with `until`. It holds once the second person has said yes, until it is taken back."""

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("second_id <> asked_by_id", name="two_people"),
        CheckConstraint("agreed is null or answered_at is not null", name="answered"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rules: Mapped[TextList]
    reason: Mapped[str]
    until: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Utc]
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed: Mapped[bool | None]
    answered_at: Mapped[Utc | None]
    ended_at: Mapped[Utc | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    entitlement: Mapped[Entitlement] = relationship()
    provider: Mapped[Person] = relationship(foreign_keys=provider_id)
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    second: Mapped[Person] = relationship(foreign_keys=second_id)
