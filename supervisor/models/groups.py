"""Groups: seats, the standing series, each meeting, and who came."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supervisor.models.base import Base, Utc, UtcDateTime, Wall, WallTime, new_ref, pk, ref, uid
from supervisor.models.meeting_rooms import MeetingRoom
from supervisor.models.organisations import Place
from supervisor.models.people import Person


class Group(Base):
    """A group with a facilitator, a quorum (`minimum`) and a cap (`maximum`).

    With `leaders` its facilitator leads in turn with them, from `rota_from` on.
    """

    __tablename__ = "group"
    __table_args__ = (CheckConstraint("1 <= minimum and minimum <= maximum", name="size"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    name: Mapped[str]
    kind: Mapped[str]
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    mode: Mapped[str]
    minimum: Mapped[int] = mapped_column(default=3)
    maximum: Mapped[int] = mapped_column(default=8)
    open: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rota_from: Mapped[date | None]

    facilitator: Mapped[Person | None] = relationship()
    place: Mapped[Place | None] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="group", order_by="Seat.id")
    series: Mapped[list["Series"]] = relationship(back_populates="group", order_by="Series.id")
    leaders: Mapped[list["Leader"]] = relationship(
        back_populates="group", order_by="Leader.id", cascade="all, delete-orphan"
    )


class Leader(Base):
    """Somebody who leads a group in turn with its facilitator. A `member` has a seat in it and
    leads as one of them: they see no more of the group than before."""

    __tablename__ = "leader"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: Mapped[pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    member: Mapped[bool] = mapped_column(default=False)

    group: Mapped[Group] = relationship(back_populates="leaders")
    person: Mapped[Person] = relationship()


class PassedOn(Base):
    """Somebody can not lead one meeting, and is not asked to again."""

    __tablename__ = "passed_on"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Seat(Base):
    """A member's seat; the roster is hidden from members by default."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: Mapped[pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    waiting: Mapped[bool] = mapped_column(default=False)

    group: Mapped[Group] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


class Series(Base):
    """A standing rhythm: every so many weeks at a wall time in a zone. Each meeting is a row.

    Up to `laid_until` its meetings are rows already; one that was moved is not laid again.
    `uid`, `sequence` and `changed_at` are its one identity in every calendar.
    """

    __tablename__ = "series"
    __table_args__ = (CheckConstraint("every_weeks > 0 and minutes > 0", name="rhythm"),)

    id: Mapped[pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    first_start: Mapped[Wall]
    zone: Mapped[str]
    every_weeks: Mapped[int]
    minutes: Mapped[int]
    until_on: Mapped[date | None]
    laid_until: Mapped[date | None]
    uid: Mapped[uid]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Utc | None]

    group: Mapped[Group] = relationship(back_populates="series")


class Meeting(Base):
    """One meeting of a group; `needs_time` when its series fell on a closed day. `room_id` is the
    room that it was given, `room_chosen` that somebody picked that one.

    `leader_id` is whose turn it is where several lead; it is not dealt anew where somebody chose
    them by hand (`leader_kept`). None: the facilitator leads it. `series_start` is the wall time
    that its rhythm has for it, also after it was moved, and `series_number` the
    number of the series at its last change.
    """

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("series_id", "local_start"),)

    id: Mapped[pk]
    ref: Mapped[ref]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    series_start: Mapped[datetime | None] = mapped_column(WallTime)
    series_number: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[Utc] = mapped_column(index=True)
    local_start: Mapped[Wall]
    zone: Mapped[str]
    minutes: Mapped[int]
    mode: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_room.id"))
    room_chosen: Mapped[bool] = mapped_column(default=False)
    needs_time: Mapped[bool] = mapped_column(default=False)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    leader_kept: Mapped[bool] = mapped_column(default=False)
    go_ahead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uid: Mapped[str] = mapped_column(unique=True, default=lambda: f"{new_ref()}{new_ref()}")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Utc]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    group: Mapped[Group] = relationship()
    series: Mapped[Series | None] = relationship()
    leader: Mapped[Person | None] = relationship()
    place: Mapped[Place | None] = relationship()
    room: Mapped[MeetingRoom | None] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="meeting")
    guests: Mapped[list["Guest"]] = relationship(
        back_populates="meeting", foreign_keys="Guest.meeting_id", order_by="Guest.id"
    )


class Attendance(Base):
    """One member at one meeting: `coming` is what they said before, `came` what was marked last.
    `own` is what they say themselves of having been there, `led` what whoever leads says; where
    the two differ, `settled` is what the hub decided."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[pk]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    coming: Mapped[bool | None]
    came: Mapped[bool | None]
    own: Mapped[bool | None]
    led: Mapped[bool | None]
    settled: Mapped[bool | None]
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class Guest(Base):
    """Somebody comes to one meeting without a seat in its group; `instead` of one of their own
    group, which was called off for it."""

    __tablename__ = "guest"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[pk]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    instead_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)

    meeting: Mapped[Meeting] = relationship(back_populates="guests", foreign_keys=meeting_id)
    instead: Mapped[Meeting | None] = relationship(foreign_keys=instead_id)
    person: Mapped[Person] = relationship()
