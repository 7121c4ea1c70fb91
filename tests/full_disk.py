"""A database that can keep nothing more, while all that it holds can be read."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine, text

from supervisor.extensions import db

A_PAGE = 4096


@contextmanager
def full_disk(app: Flask) -> Iterator[None]:
    """SQLite's files cannot grow; PostgreSQL lets nobody write, as a server does by itself before
    its disk is full."""
    full = _small_files(app) if db.engine.dialect.name == "sqlite" else _only_read(db.engine)
    with full:
        yield


@contextmanager
def _small_files(app: Flask) -> Iterator[None]:
    """Of this process; templates are compiled, and not kept, meanwhile."""
    usual, compiled = resource.getrlimit(resource.RLIMIT_FSIZE), app.jinja_env.bytecode_cache
    resource.setrlimit(resource.RLIMIT_FSIZE, (A_PAGE, usual[1]))
    app.jinja_env.bytecode_cache = None
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        app.jinja_env.bytecode_cache = compiled


@contextmanager
def _only_read(engine: Engine) -> Iterator[None]:
    setting = f'"{engine.url.database}" set default_transaction_read_only = '
    _alter(engine, f"{setting} on")
    try:
        yield
    finally:
        _alter(engine, f"{setting} off")


def _alter(engine: Engine, what: str) -> None:
    """It holds for connections from then on."""
    db.session.rollback()
    engine.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set session characteristics as transaction read write"))
        connection.execute(text(f"alter database {what}"))
    engine.dispose()
