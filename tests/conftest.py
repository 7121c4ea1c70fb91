"""The engines, the clock and the small cast that every test shares.

Ana supervises Ben; Cleo coordinates; Mere manages Ben at Lakes Peer Service; Dan is a stranger
who works at Harbour House under Rua. Tests are named as sentences about behaviour.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from flask import Flask, current_app, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from psycopg import Connection
from sqlalchemy import create_engine, text

from supervisor import clock, paper
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.groups import groups
from supervisor.models import Group, Person, Seat, Store
from supervisor.models.engine import writing
from supervisor.rules.kinds import Mode
from tests import dovecot
from tests.cast import settled
from tests.postgres import Cluster, empty, postgres_programs

NOW = datetime(2027, 2, 9, 20, 0, tzinfo=UTC)
ENGINES = ["sqlite", "postgresql"] if postgres_programs() else ["sqlite"]
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where SQLite's files need not wait for a disk."""


def pytest_report_header() -> list[str]:
    engines = "engines: SQLite and PostgreSQL"
    if "postgresql" not in ENGINES:
        wanted = "Debian's package `postgresql`"
        engines = _not_run("every test on PostgreSQL", "PostgreSQL", wanted)
    said = [engines]
    if not paper.can_print():
        wanted = "the extra `pdf` and Debian's package `libpangoft2-1.0-0`"
        said.append(_not_run("the tests of PDFs", "WeasyPrint or Pango", wanted))
    if dovecot.PROGRAM is None:
        wanted = "Debian's package `dovecot-imapd`"
        said.append(_not_run("the tests of the mailbox", "Dovecot", wanted))
    return said


def _not_run(what: str, missing: str, wanted: str) -> str:
    if os.environ.get("CI"):
        pytest.exit(f"{missing} is missing, and CI runs every test.", 1)
    return f"NOT RUN: {what} (install {wanted})"


def pytest_collection_finish() -> None:
    """Libraries and tests stay to the end, so nobody need look again and again for what of them
    could go, nor so often at what each test makes: that took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own on a socket, stopped at the end."""
    with Cluster.started() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    with TemporaryDirectory(prefix="hub-", dir=MEMORY) as folder:
        path = Path(folder) / "template.db"
        _migrate(f"sqlite:///{path}")
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.execute(text("pragma wal_checkpoint(truncate)"))
        engine.dispose()
        yield path


@pytest.fixture(scope="session")
def postgresql_hub(cluster: Cluster) -> Iterator[Connection]:
    _migrate(cluster.create("hub_of_tests"))
    with cluster.connected("hub_of_tests") as connection:
        yield connection


def _migrate(url: str) -> None:
    app = create_app(Config(database=url, secret_key="test"))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database; each test gets one of each engine. It is the
    same address every time, so that `app` is made once and keeps what it has compiled."""
    yield from {"sqlite": on_sqlite, "postgresql": on_postgresql}[request.param](request)


def on_sqlite(request: pytest.FixtureRequest) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    path = template.with_name("hub.db")
    shutil.copy(template, path)
    yield f"sqlite:///{path}"
    for part in template.parent.glob("hub.db*"):
        part.unlink()


def on_postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    cluster: Cluster = request.getfixturevalue("cluster")
    hub: Connection = request.getfixturevalue("postgresql_hub")
    yield cluster.url(hub.info.dbname)
    empty(hub)


@pytest.fixture
def app(database: str, app_of: Callable[[str], Flask]) -> Iterator[Flask]:
    app = app_of(database)
    as_made = dict(app.config)
    clock.set_to(NOW)
    with app.app_context():
        yield app
        db.session.remove()
        if database.startswith("sqlite"):
            db.engine.dispose()
    clock.set_to(None)
    app.config.update(as_made)


@pytest.fixture(scope="session")
def app_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Flask]]:
    """One app for each address. All processes of a run share the templates that one compiled, and
    connections to PostgreSQL stay open, since a new one first learns every table."""
    run = tmp_path_factory.getbasetemp()
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    compiled, made = FileSystemBytecodeCache(str(shared)), dict[str, Flask]()

    def of(database: str) -> Flask:
        if database not in made:
            made[database] = _made(database)
            made[database].jinja_env.bytecode_cache = compiled
        return made[database]

    yield of
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


def _made(database: str) -> Flask:
    app = create_app(Config(database=database, secret_key="test"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = _seal
    app.before_request_funcs.setdefault(None, []).insert(0, _forget)
    return app


def _seal() -> str:
    """A form's seal holds the second in which it was made; where nobody checks it all are alike,
    so that two pages which say the same are the same."""
    return generate_csrf() if current_app.config["WTF_CSRF_ENABLED"] else "sealed"


def _forget() -> None:
    """A test's requests share its app context; each forgets who asked before."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def store(app: Flask) -> Iterator[Store]:
    """A handle that writes."""
    with writing():
        yield db.session()


@pytest.fixture
def now() -> datetime:
    """Wednesday 10 February 2027, 9:00 in Auckland."""
    return NOW


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, store: Store) -> Callable[[Person], FlaskClient]:
    """A browser in which this person is signed in."""
    from supervisor import sign_ins

    def signed_in(person: Person) -> FlaskClient:
        client = app.test_client()
        token = sign_ins.begin(store, person, device="test", now=clock.now())
        store.commit()
        client.set_cookie("sign_in", token)
        return client

    return signed_in


@pytest.fixture
def cast(store: Store) -> SimpleNamespace:
    """The small cast, committed: people, employers, and Ben's ten sessions with Ana in 2027."""
    return settled(store)


@pytest.fixture
def circle(store: Store, cast: SimpleNamespace, now: datetime) -> Group:
    """Ana leads Ben every second Wednesday."""
    group = Group(
        ref="circle", name="Circle", kind="co_reflection", facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1, maximum=8, seats=[Seat(person=cast.ben)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = datetime.fromisoformat("2027-02-17T10:00")
    groups.meet(store, group, first, "Pacific/Auckland", 2, 60, None, now)
    store.commit()
    return group
