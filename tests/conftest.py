"""The engines, the clock and the small cast that every test shares.

Ana supervises Ben; Cleo coordinates; Mere manages Ben at Lakes Peer Service; Dan is a stranger
who works at Harbour House under Rua. Tests are named as sentences about behaviour.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import StrictUndefined
from sqlalchemy import create_engine, text

from supervisor import clock
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.groups import groups
from supervisor.models import (
    Entitlement,
    Group,
    Job,
    Match,
    Offering,
    Organisation,
    Person,
    PersonHat,
    Place,
    Provider,
    Seat,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.models.engine import writing
from supervisor.rules.kinds import Hat, Kind, MatchState, Mode, Role, Vocabulary
from tests.postgres import Cluster, postgres_programs

NOW = datetime(2027, 2, 9, 20, 0, tzinfo=UTC)
ENGINES = ["sqlite", "postgresql"] if postgres_programs() else ["sqlite"]


def pytest_report_header() -> str:
    if "postgresql" in ENGINES:
        return "engines: SQLite and PostgreSQL"
    if os.environ.get("CI"):
        pytest.exit("PostgreSQL is missing, and CI runs every test on both engines.", 1)
    return "NOT RUN: every test on PostgreSQL (install Debian's package `postgresql`)"


def pytest_collection_finish() -> None:
    """Libraries and tests stay to the end, so nobody need look again and again for what of them
    could go."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own on a socket, stopped at the end."""
    with Cluster.started() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_hub(cluster: Cluster) -> str:
    _migrate(cluster.create("hub_of_tests"))
    return "hub_of_tests"


def _migrate(url: str) -> None:
    app = create_app(Config(database=url, secret_key="test"))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database; each test gets one of each engine. It is the
    same address every time, so that `app` is made once and keeps what it has compiled."""
    yield from {"sqlite": on_sqlite, "postgresql": _on_postgresql}[request.param](request)


def on_sqlite(request: pytest.FixtureRequest) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    path = template.with_name("hub.db")
    shutil.copy(template, path)
    yield f"sqlite:///{path}"
    for part in template.parent.glob("hub.db*"):
        part.unlink()


def _on_postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    cluster: Cluster = request.getfixturevalue("cluster")
    name: str = request.getfixturevalue("postgresql_hub")
    yield cluster.url(name)
    cluster.empty(name)


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    app = _app_of(database)
    as_made = dict(app.config)
    clock.set_to(NOW)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.set_to(None)
    app.config.update(as_made)


@cache
def _app_of(database: str) -> Flask:
    app = create_app(Config(database=database, secret_key="test"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.undefined = StrictUndefined
    app.before_request_funcs.setdefault(None, []).insert(0, _forget)
    return app


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
    c = SimpleNamespace()
    _places_and_employers(store, c)
    _people(store, c)
    _ben_and_ana(store, c)
    store.commit()
    return c


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


def _places_and_employers(store: Store, c: SimpleNamespace) -> None:
    c.lakes = Organisation(ref="lakes", name="Lakes Peer Service", kind="employer")
    c.harbour = Organisation(ref="harbour", name="Harbour House", kind="employer")
    c.hub = Organisation(ref="hub", name="Southern Hub", kind="hub")
    c.cromwell = Place(
        ref="cromwell",
        name="Cromwell",
        latitude=-45.04,
        longitude=169.2,
        region="OTA",
        land="South",
    )
    c.dunedin = Place(
        ref="dunedin", name="Dunedin", latitude=-45.87, longitude=170.5, region="OTA", land="South"
    )
    store.add_all([c.lakes, c.harbour, c.hub, c.cromwell, c.dunedin])
    c.consumer = Word(vocabulary=Vocabulary.PERSPECTIVE, name="consumer")
    c.carer = Word(vocabulary=Vocabulary.PERSPECTIVE, name="carer")
    store.add_all([c.consumer, c.carer])


def _people(store: Store, c: SimpleNamespace) -> None:
    c.cleo = _person("cleo", "Cleo Martin", c.dunedin)
    c.mere = _person("mere", "Mere Parata", c.cromwell)
    c.rua = _person("rua", "Rua Finch", c.dunedin)
    c.ana = _person("ana", "Ana Rewi", c.dunedin)
    c.ben = _person("ben", "Ben Harris", c.cromwell)
    c.dan = _person("dan", "Dan Foley", c.dunedin)
    c.cleo.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.add_all([c.cleo, c.mere, c.rua, c.ana, c.ben, c.dan])
    for person in (c.ana, c.ben, c.dan):
        person.traits = [Trait(word=c.consumer)]
        person.windows = [Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)]
    store.flush()
    job = Role.PEER_SUPPORT_WORKER
    store.add_all(
        [
            Job(person=c.mere, organisation=c.lakes, role=Role.MANAGER),
            Job(person=c.rua, organisation=c.harbour, role=Role.MANAGER),
            Job(person=c.cleo, organisation=c.hub, role=Role.OTHER),
            Job(
                person=c.ben,
                organisation=c.lakes,
                role=job,
                manager=c.mere,
                fte=1.0,
                funded_service=True,
            ),
            Job(person=c.dan, organisation=c.harbour, role=job, manager=c.rua, fte=0.5),
        ]
    )


def _person(ref: str, name: str, place: Place) -> Person:
    return Person(
        ref=ref, name=name, email=f"{ref}@example.org", place=place, modes=[Mode.VIDEO, Mode.PHONE]
    )


def _ben_and_ana(store: Store, c: SimpleNamespace) -> None:
    store.add(Provider(person_id=c.ana.id, hours_a_year=60))
    store.flush()
    c.offering = Offering(
        person_id=c.ana.id, kind=Kind.PEER_SUPERVISION, capacity=4, vetted_until=date(2028, 12, 31)
    )
    c.entitlement = Entitlement(
        ref="ben-2027",
        link="ben-2027",
        person=c.ben,
        kind=Kind.PEER_SUPERVISION,
        sessions=10,
        minutes=60,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        mandatory=True,
        payer="hub",
        waiting_since=date(2026, 12, 1),
    )
    c.match = Match(
        ref="ben-ana",
        entitlement=c.entitlement,
        provider=c.ana,
        state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 1),
    )
    store.add_all([c.offering, c.entitlement, c.match])
