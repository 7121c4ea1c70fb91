"""The answers that calendar addresses have now."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc


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
