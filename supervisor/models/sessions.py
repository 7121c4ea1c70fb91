"""Sessions one to one, the plan that proposes them, and who said that they happened."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import (
    Base,
    Utc,
    UtcDateTime,
    Wall,
    WallTime,
    few,
    new_ref,
    pk,
    ref,
    uid,
)
from supervisor.models.entitlements import Entitlement
from supervisor.models.meeting_rooms import MeetingRoom
from supervisor.models.organisations import Place
from supervisor.models.people import Person


class SessionSeries(Base):
    """Sessions of one rhythm, from a first wall time on. It ends with the last of its sessions;
    `after` is the series that it goes on from, at other times. `first_start` is in `zone`; `uid`,
    `sequence` and `changed_at` are its one identity in every calendar."""

    __tablename__ = "session_series"

    id: Mapped[pk]
    rhythm: Mapped[str]
    first_start: Mapped[Wall]
    zone: Mapped[str]
    after_id: Mapped[int | None] = mapped_column(ForeignKey("session_series.id"))
    uid: Mapped[uid]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Utc | None]

    after: Mapped["SessionSeries | None"] = relationship(remote_side="SessionSeries.id")


class Session(Base):
    """One meeting of a worker and a provider under an entitlement.

    `video` is the address of a meeting on video. `local_start` is the wall time that was meant,
    in `zone`; `starts_at` is derived from it. `outcome` is None while it is booked. In a series,
    `series_start` is the wall time that its rhythm has for it, in the zone of the series, also
    after it was moved by itself, and `series_number` the number of the series at its last change.
    `room_id` is the room that it was given, `room_chosen` that somebody picked that one.
    `uid`, `sequence`, `changed_at` and `cancelled_at` are its one identity in every calendar; in
    a series the UID and the number are those of the series.
    `counts` is False for a first meeting.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        Index("ix_session_entitlement_start", "entitlement_id", "starts_at"),
        Index("ix_session_provider_start", "provider_id", "starts_at"),
        Index("ix_session_start", "starts_at"),
        few("ix_session_open", "starts_at", where="outcome is null and cancelled_at is null"),
    )

    id: Mapped[pk]
    ref: Mapped[ref]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[Utc]
    local_start: Mapped[Wall]
    zone: Mapped[str]
    minutes: Mapped[int]
    mode: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_room.id"))
    room_chosen: Mapped[bool] = mapped_column(default=False)
    video: Mapped[str | None]
    counts: Mapped[bool] = mapped_column(default=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("session_series.id"), index=True)
    series_start: Mapped[datetime | None] = mapped_column(WallTime)
    series_number: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None]
    booked_at: Mapped[Utc | None]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uid: Mapped[str] = mapped_column(unique=True, default=lambda: f"{new_ref()}{new_ref()}")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Utc]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entitlement: Mapped[Entitlement] = relationship()
    provider: Mapped[Person] = relationship(foreign_keys=provider_id)
    place: Mapped[Place | None] = relationship()
    room: Mapped[MeetingRoom | None] = relationship()
    series: Mapped[SessionSeries | None] = relationship()
    confirmations: Mapped[list["Confirmation"]] = relationship(back_populates="session")


class Confirmation(Base):
    """What one side said, once. `by_id` differs from the side's own person when the hub typed
    it for them; the hub never supplies both sides."""

    __tablename__ = "confirmation"
    __table_args__ = (UniqueConstraint("session_id", "side"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    side: Mapped[str]
    answer: Mapped[str]
    said_at: Mapped[Utc]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[Session] = relationship(back_populates="confirmations")


class Proposal(Base):
    """A time that the plan proposes. It fills nobody's calendar until the pair keeps it."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("entitlement_id", "starts_at"),)

    id: Mapped[pk]
    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[Utc]
    minutes: Mapped[int]
    mode: Mapped[str]
    proposed_at: Mapped[Utc]

    entitlement: Mapped[Entitlement] = relationship()
    provider: Mapped[Person] = relationship()
