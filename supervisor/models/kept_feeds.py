"""The answers that calendar addresses have now, and what may have changed since."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, pk


class KeptFeed(Base):
    """The whole answer of one address, packed, made on a day (UTC) and in a manner: how it speaks,
    of what, and by which settings."""

    __tablename__ = "kept_feed"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_on: Mapped[date]
    manner: Mapped[str]
    etag: Mapped[str]
    last_modified: Mapped[Utc]
    packed: Mapped[bytes]


class FeedTouch(Base):
    """Something changed that somebody's calendar may tell of, and no answer was made since.

    The database writes it itself, by triggers, so that no act can forget to. It points at nobody
    by a key: a key would lock their row, and rows are only ever added here by whoever books.
    """

    __tablename__ = "feed_touch"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(index=True)
