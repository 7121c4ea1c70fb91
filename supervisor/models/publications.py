"""What a funder was shown of a month."""

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base, Utc, pk


class Publication(Base):
    """The totals at the end of a month, as they are shown from then on whatever is put right
    later. `until_on` is the first day after it. It holds what was shown, and nothing more."""

    __tablename__ = "publication"

    id: Mapped[pk]
    until_on: Mapped[date] = mapped_column(unique=True)
    made_at: Mapped[Utc]
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
