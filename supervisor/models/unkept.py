"""Why a database did not keep something, as far as a person should know: it has no room left, or it
is away for a moment."""

import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError

NO_ROOM = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    "53100",
    "25006",
}
AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}
"""By SQLite's codes, and by PostgreSQL's states."""


class Unkept(StrEnum):
    """Nothing new can be kept, though all can be read; or it comes back by itself."""

    NO_ROOM = "no_room"
    AWAY = "away"


def why(error: BaseException | None) -> Unkept | None:
    """None for anything else, which is a mistake of ours.

    A savepoint that a full disk took away complains last of all, so what came before counts too.
    """
    found = [_why(one) for one in _before(error)]
    return Unkept.NO_ROOM if Unkept.NO_ROOM in found else next(filter(None, found), None)


def _before(error: BaseException | None) -> Iterator[DBAPIError]:
    while error is not None:
        if isinstance(error, DBAPIError):
            yield error
        error = error.__context__


def _why(error: DBAPIError) -> Unkept | None:
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0)
        return _known(code) or _known(code & 0xFF)
    return _known(getattr(error.orig, "sqlstate", None)) or _from_server(error)


def _known(code: int | str | None) -> Unkept | None:
    return Unkept.NO_ROOM if code in NO_ROOM else Unkept.AWAY if code in AWAY else None


def _from_server(error: DBAPIError) -> Unkept | None:
    """A server that goes, or is not there yet: the same press in a moment succeeds."""
    return Unkept.AWAY if isinstance(error, OperationalError) else None
