"""Where people work and where they are."""

from sqlalchemy.orm import Mapped

from supervisor.models.base import Base, pk, ref


class Organisation(Base):
    """An employer, a hub, a funder, a provider of services."""

    __tablename__ = "organisation"

    id: Mapped[pk]
    ref: Mapped[ref]
    name: Mapped[str]
    kind: Mapped[str]


class Place(Base):
    """A place with its region and the land it is on; nobody drives between lands."""

    __tablename__ = "place"

    id: Mapped[pk]
    ref: Mapped[ref]
    name: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    region: Mapped[str | None]
    land: Mapped[str | None]
