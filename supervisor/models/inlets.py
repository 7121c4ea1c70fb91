"""The ways by which mail comes in, and the one by which it goes out, as long as one is shut."""

from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, pk


class Inlet(Base):
    """A way that could not be used when it was tried last: `why` in a word, and what it `said`.

    Gone as soon as it works. One that nobody tries any more says nothing of today.
    """

    __tablename__ = "inlet"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(unique=True)
    since_at: Mapped[Utc]
    tried_at: Mapped[Utc]
    failures: Mapped[int]
    why: Mapped[str]
    said: Mapped[str]
