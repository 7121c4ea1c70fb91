"""The base of every record, and the few column types that both engines share."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    String,
    literal,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.orm import Session as Store
from sqlalchemy.types import TypeDecorator

__all__ = [
    "Base",
    "Store",
    "Text",
    "TextList",
    "Utc",
    "UtcDateTime",
    "Wall",
    "WallTime",
    "few",
    "link",
    "new_ref",
    "pk",
    "ref",
    "spelt",
    "uid",
]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_ref() -> str:
    """A public id that tells nothing of how many there are: 10 characters, 49 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused; both engines give back aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class WallTime(TypeDecorator[datetime]):
    """What a clock on the wall shows, in a zone that stands beside it. Offsets are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"a wall time has no offset: {value!r}")
        return value


pk = Annotated[int, mapped_column(primary_key=True)]
ref = Annotated[str, mapped_column(String(64), unique=True, default=new_ref)]
link = Annotated[str, mapped_column(String(64), index=True, unique=True, default=new_ref)]
uid = Annotated[
    str,
    mapped_column(String(64), index=True, unique=True, default=lambda: f"{new_ref()}{new_ref()}"),
]
"""What an event is called in every calendar, for ever: 98 bits."""
Utc = Annotated[datetime, mapped_column(UtcDateTime)]
Wall = Annotated[datetime, mapped_column(WallTime)]
Text = Annotated[str, mapped_column(String)]
TextList = Annotated[list[str], mapped_column(JSON, default=list)]


def few(name: str, *columns: str, where: str) -> Index:
    """An index of only those rows that are asked for again and again, few among all. The question
    says the same words, no parameter in the place of a value: else it is not used."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def spelt(value: str) -> ColumnElement[str]:
    """A value that is said in the words of the question, for an index of `few` rows."""
    return literal(value, literal_execute=True)


class Base(DeclarativeBase):
    """Every table, with names for its constraints so that both engines can alter them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
