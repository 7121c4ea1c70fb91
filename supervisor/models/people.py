"""People: their hats, jobs, hours, leave, and the identity that its owner shares."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from supervisor.models.base import Base, TextList, Utc, UtcDateTime, pk, ref
from supervisor.models.open_days import OwnBooking
from supervisor.models.organisations import Organisation, Place
from supervisor.rules.kinds import Channel, Part, Stance


class Person(Base):
    """Anyone the hub knows: worker, provider, manager, coordinator, often several at once.

    `email` is kept in small letters; from `email_failed_at` on it is known not to work.
    `tell_at_hour` is the hour of their own day at which messages go out. `chat` is an address as
    Apprise writes it, which its owner alone may read. `invited` says whether letters about meetings
    carry an invitation for their calendar.
    """

    __tablename__ = "person"

    id: Mapped[pk]
    ref: Mapped[ref]
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    email_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email_trouble: Mapped[str | None]
    phone: Mapped[str | None]
    chat: Mapped[str | None]
    video: Mapped[str | None]
    contact_by: Mapped[str] = mapped_column(default=Channel.EMAIL)
    locale: Mapped[str] = mapped_column(default="en")
    tell_at_hour: Mapped[int] = mapped_column(default=9)
    invited: Mapped[bool] = mapped_column(default=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_zone: Mapped[str | None]
    clinical: Mapped[bool | None]
    modes: Mapped[TextList]
    travel_km: Mapped[int | None]
    years_experience: Mapped[float | None]
    matters_most: Mapped[TextList]
    left_on: Mapped[date | None]

    place: Mapped[Place | None] = relationship()
    identity: Mapped["Identity | None"] = relationship(back_populates="person")
    jobs: Mapped[list["Job"]] = relationship(
        back_populates="person", foreign_keys="Job.person_id", order_by="Job.id"
    )
    hats: Mapped[list["PersonHat"]] = relationship(order_by="PersonHat.hat")
    traits: Mapped[list["Trait"]] = relationship(order_by="Trait.id")
    windows: Mapped[list["Window"]] = relationship(
        order_by="(Window.weekday, Window.starts_minute)"
    )
    own_booking: Mapped[OwnBooking | None] = relationship()

    @property
    def mailbox(self) -> str | None:
        """Their address, as long as mail arrives there."""
        return None if self.email_failed_at else self.email

    @validates("email")
    def _another_address(self, _name: str, email: str | None) -> str | None:
        """Nothing is known yet of an address that is new."""
        if self.email_failed_at and email != self.email:
            self.email_failed_at, self.email_trouble = None, None
        return email


class PersonHat(Base):
    """A hat that a person wears: coordinator, facilitator, funder."""

    __tablename__ = "person_hat"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hat: Mapped[str] = mapped_column(primary_key=True, index=True)


class Word(Base):
    """One word of one of the hub's own lists."""

    __tablename__ = "word"
    __table_args__ = (UniqueConstraint("vocabulary", "name"),)

    id: Mapped[pk]
    vocabulary: Mapped[str]
    name: Mapped[str]


class Trait(Base):
    """A word that is a person's own, that they need, or that they would like."""

    __tablename__ = "trait"
    __table_args__ = (UniqueConstraint("person_id", "word_id", "stance"),)

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    word_id: Mapped[int] = mapped_column(ForeignKey("word.id"), index=True)
    stance: Mapped[str] = mapped_column(default=Stance.OWN)

    word: Mapped[Word] = relationship()


class Identity(Base):
    """Who somebody is, as far as they share it: each part for itself, from a day on.

    What is not shared is neither used nor seen, and is deleted 30 days after `received_at` unless
    its owner says yes; at `asked_at` they were asked. It was received when an import brought the
    first of it, or when its owner last wrote something on their page that they did not share.
    """

    __tablename__ = "identity"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    received_at: Mapped[Utc]
    asked_at: Mapped[Utc | None]
    youth_until: Mapped[date | None]
    rainbow: Mapped[bool | None]

    person: Mapped[Person] = relationship(back_populates="identity")
    shares: Mapped[list["Share"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def agreed_on(self) -> date | None:
        """The first day of what is shared now. A day that an import brings is a yes to all parts,
        but for those that their owner took back since; None is a yes to nothing."""
        return min((s.agreed_on for s in self.shares if s.withdrawn_on is None), default=None)

    @agreed_on.setter
    def agreed_on(self, day: date | None) -> None:
        there = {share.part: share for share in self.shares}
        if day is None:
            self.shares = []
            return
        for part in Part:
            share = there.get(part)
            if share is None:
                self.shares.append(Share(part=part, agreed_on=day))
            elif share.withdrawn_on is None or share.withdrawn_on < day:
                share.agreed_on, share.withdrawn_on = day, None


class Share(Base):
    """One part of who somebody is that they agreed to share, and the day they took it back."""

    __tablename__ = "share"

    person_id: Mapped[int] = mapped_column(ForeignKey("identity.person_id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    agreed_on: Mapped[date]
    withdrawn_on: Mapped[date | None]


class Job(Base):
    """A job, paid or voluntary, with its own employer, manager, role and hours."""

    __tablename__ = "job"

    id: Mapped[pk]
    ref: Mapped[ref]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    fte: Mapped[float | None]
    funded_service: Mapped[bool | None]
    sole_peer: Mapped[bool | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="jobs", foreign_keys=person_id)
    manager: Mapped[Person | None] = relationship(foreign_keys=manager_id)
    organisation: Mapped[Organisation] = relationship()


class ManagerChange(Base):
    """A change of manager that came by import and waits for the hub's yes."""

    __tablename__ = "manager_change"

    id: Mapped[pk]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Utc]
    decided_at: Mapped[Utc | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool | None]

    job: Mapped[Job] = relationship()
    manager: Mapped[Person | None] = relationship(foreign_keys=manager_id)


class Window(Base):
    """A weekly stretch in which a person can meet, in their own zone.

    `weekday` is 0 for Monday; minutes count from midnight, and `ends_minute` may be 1440.
    """

    __tablename__ = "window"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("starts_minute < ends_minute and ends_minute <= 1440", name="order"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    mode: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))

    place: Mapped[Place | None] = relationship()


class Leave(Base):
    """Days away, half-open: `ends_on` is the first day back. No reason is kept."""

    __tablename__ = "leave"
    __table_args__ = (
        UniqueConstraint("person_id", "starts_on"),
        CheckConstraint("starts_on < ends_on", name="order"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
