"""What every command shares: the database opened, the clock set, refusals turned into exit 1."""

import ctypes
import errno
import functools
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError, IntegrityError

from supervisor import clock
from supervisor.app import create_app
from supervisor.commands import version
from supervisor.config import from_environment, named_database, sqlite_file
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import Store
from supervisor.models.engine import writing
from supervisor.settings import HubSettings, read
from supervisor.zones import today

on_option = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="As of this day (like 2027-02-10) instead of today.",
)


class Seconds(click.ParamType[float, object]):
    """So many seconds, a half too. Neither less than none, nor for ever, nor no number at all."""

    name = "seconds"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number that was typed."""
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            self.fail("Write how many seconds at most, like 30.", param, ctx)
        return seconds


seconds_option = click.option("--seconds", type=Seconds(), help="How long to look at most.")
NO_DATABASE = (
    "The database could not be used: %s.\n"
    "`supervisor init` makes it, or brings it up to date; SUPERVISOR_DATABASE names it."
)
CANNOT_WRITE = "%(out)s cannot be written: %(why)s."
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@contextmanager
def opened_app(
    *, moving: bool = False, new: bool = False, port: int | None = None
) -> Iterator[Flask]:
    """The app in its context, with SUPERVISOR_NOW obeyed. Only `new` may make the database, or
    change one of an older version."""
    if not new:
        _check_it_is_there()
    config = from_environment(port)
    clock.set_to(config.now, moving=moving)
    app = create_app(config)
    with app.app_context():
        try:
            version.check(new=new)
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def warn_of_set_clock(*, demo: bool) -> None:
    """What runs on and on goes by the real clock, unless it is a demo's: nobody is written to as
    of another day because a variable was left behind."""
    if os.environ.get("SUPERVISOR_NOW") and not demo:
        click.echo("SUPERVISOR_NOW is not obeyed here: only a demo's clock can be set.", err=True)


def _check_it_is_there() -> None:
    """A mistyped name leaves no empty database behind."""
    file = sqlite_file(named_database())
    if file is not None and not file.exists():
        raise Refused(
            "There is no database at %(file)s. `supervisor init` makes one there; "
            "SUPERVISOR_DATABASE names another.",
            file=file,
        )


@contextmanager
def opened_store(port: int | None = None) -> Iterator[Store]:
    """A handle for a command that writes: committed at the end, rolled back when it throws."""
    with opened_app(port=port), writing():
        yield db.session()
        db.session.commit()


@contextmanager
def only_ours_on_stdout() -> Iterator[None]:
    """The integer solver has a line of its own for standard output now and then, where it would
    stand among the rows; until it is done, what libraries print goes to standard error."""
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(ours, 1)
        os.close(ours)


def check_secret() -> None:
    """Refuse a database server without a secret of its own: another process would have another."""
    if sqlite_file(named_database()) is None and not os.environ.get("SUPERVISOR_SECRET_KEY"):
        raise Refused(
            "A database server needs SUPERVISOR_SECRET_KEY: a long random text, kept secret "
            "and the same for every process. `openssl rand -base64 36` makes one."
        )


def day_asked(store: Store, on: datetime | None) -> date:
    """The day that was given, else today in the hub's zone."""
    return on.date() if on else today(clock.now(), read(store, HubSettings).time_zone)


def refusals(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say why it could not be done, without a traceback, and exit 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Refused as refusal:
            click.echo(str(refusal), err=True)
            raise SystemExit(1) from refusal
        except DatabaseError as error:
            if isinstance(error, IntegrityError):
                raise
            click.echo(NO_DATABASE % str(error.orig).partition("\n")[0], err=True)
            raise SystemExit(1) from error

    return run


def check_out(out: Path | None) -> None:
    """Refuse a file that could not be written before any work is done for it."""
    if out is None:
        return
    if not out.absolute().parent.is_dir():
        raise Refused(CANNOT_WRITE, out=out, why=os.strerror(errno.ENOENT))
    if not os.access(out if out.exists() else out.absolute().parent, os.W_OK):
        raise Refused(CANNOT_WRITE, out=out, why=os.strerror(errno.EACCES))


def keep(out: Path, content: bytes) -> None:
    """Write a file that only its owner reads: it is about people."""
    try:
        out.touch(mode=0o600)
        out.write_bytes(content)
    except OSError as error:
        raise Refused(CANNOT_WRITE, out=out, why=error.strerror) from error


def print_json(value: Any) -> None:
    """Print as JSON, dates in ISO form."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
