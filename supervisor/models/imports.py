"""What the last import said, so that a newer edit made here is known and wins."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from supervisor.models.base import Base


class Imported(Base):
    """A fingerprint of each cell of a row as it was last imported; never the words themselves.

    Where a record differs from its fingerprint it was edited here since. `key` is the row's own
    id, or several in a JSON list.
    """

    __tablename__ = "imported"

    sheet: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
