"""Who writes next on SQLite, which has one writer and no queue: those who wait sleep ever longer,
up to a tenth of a second, and whoever comes later gets in before them. So they stand in line."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import cast

from sqlalchemy import Connection

if sys.platform == "win32":
    from threading import Lock
else:
    import fcntl

PATIENCE, GLANCE = 30_000, 2
"""Milliseconds for which a writer waits, and after which the first in line asks again."""


def begin(connection: Connection) -> None:
    """Begin to write once it is one's turn, or fail as SQLite does when it did not come in time.

    The line ends where the transaction begins: whoever dies in one, or never stood in line, such
    as another program, keeps the first of them waiting, and nobody for good.
    """
    until = monotonic() + PATIENCE / 1000
    opened = cast("sqlite3.Connection", connection.connection.driver_connection)
    with _in_line(connection.engine.url.database or ""), _glancing(opened):
        while monotonic() < until and _is_busy(opened):
            pass
        if not opened.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_busy(opened: sqlite3.Connection) -> bool:
    """Whether somebody else writes; if not, we do."""
    try:
        opened.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def _glancing(opened: sqlite3.Connection) -> Iterator[None]:
    """SQLite itself waits no longer than a glance."""
    opened.execute(f"PRAGMA busy_timeout={GLANCE}")
    try:
        yield
    finally:
        opened.execute(f"PRAGMA busy_timeout={PATIENCE}")


if sys.platform == "win32":
    _first = Lock()

    @contextmanager
    def _in_line(_database: str) -> Iterator[None]:
        """The threads of a process. The first of each process glance at the same pace."""
        with _first:
            yield

else:

    @contextmanager
    def _in_line(database: str) -> Iterator[None]:
        """Threads and processes alike: the kernel wakes one at a time, who came first. The file is
        one beside the database: to close that itself would let go of SQLite's own locks."""
        place = _place(Path(database))
        try:
            yield
        finally:
            if place is not None:
                fcntl.flock(place, fcntl.LOCK_UN)
                os.close(place)

    def _place(database: Path) -> int | None:
        """None where there can be no such file: whoever stands in no line waits as SQLite does."""
        with suppress(OSError):
            if database.is_file():
                line = os.open(f"{database}-line", os.O_RDONLY | os.O_CREAT, 0o644)
                fcntl.flock(line, fcntl.LOCK_EX)
                return line
        return None
