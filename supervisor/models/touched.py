"""About whom something changed since a job looked last, so that it need not look at everybody."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, UtcDateTime, pk


class Touched(Base):
    """Somebody whom `job` has to look at again.

    The database writes it itself with whatever changes what that job asks (migration `0055`), in
    the same transaction: nothing is overlooked that is committed late, and no act can forget to.
    Ids only; each row goes once its job has looked.
    """

    __tablename__ = "touched"

    id: Mapped[pk]
    job: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int]


class LookedAt(Base):
    """The last time that `job` looked at everybody, and by which day and rules (`as_of`)."""

    __tablename__ = "looked_at"

    job: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
