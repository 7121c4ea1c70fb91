"""Which version a database is of, asked before anything is read from it."""

from sqlalchemy import Connection, inspect, text

from supervisor.app import PACKAGE
from supervisor.errors import Refused
from supervisor.extensions import db

EMPTY = (
    "The database holds no hub yet. `supervisor init` makes one in it; SUPERVISOR_DATABASE names "
    "another."
)
OLDER = (
    "The database is of an older version of this program (%(there)s, and this one needs %(head)s). "
    "Keep a copy of it, then run `supervisor init`, which brings it up to date."
)
NEWER = (
    "The database is of a newer version of this program (%(there)s, and this one knows %(head)s). "
    "Install that version; nothing was changed."
)


def check(*, new: bool) -> None:
    """Refuse a database that this program cannot work with. With `new`, one that is empty or older
    will do: it is about to be made, or brought up to date."""
    with db.engine.connect() as connection:
        there = _of(connection)
    known = all_known()
    if there and there not in known:
        raise Refused(NEWER, there=there, head=known[-1])
    if new or there == known[-1]:
        return
    raise Refused(OLDER, there=there, head=known[-1]) if there else Refused(EMPTY)


def _of(connection: Connection) -> str | None:
    """None where no migration was ever run."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("select version_num from alembic_version"))
    return str(found) if found else None


def all_known() -> list[str]:
    """By the names of their files, oldest first: to load them all takes half a second."""
    versions = (PACKAGE / "migrations" / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in versions)
