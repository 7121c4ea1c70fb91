"""Writers on SQLite stand in line: who came first writes first."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from supervisor.models import line
from supervisor.models.engine import prepare, writing

by_file = pytest.mark.skipif(sys.platform == "win32", reason="the line is one of threads there")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{path}")
    prepare(engine)
    with _writing(engine) as connection:
        connection.execute(text("create table word (said text)"))
    yield engine
    engine.dispose()


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with writing():
        connection = engine.connect()
        done = connection.begin()
    with connection, done:
        yield connection


def _say(engine: Engine, word: str, after: Callable[[], object] = bool) -> None:
    with _writing(engine) as connection:
        after()
        connection.execute(text("insert into word values (:word)"), {"word": word})


def _said(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("select said from word order by rowid")))


def _until_somebody_waits(path: Path) -> None:
    import fcntl

    stands = os.open(f"{path}-line", os.O_RDONLY)
    try:
        while True:
            fcntl.flock(stands, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(stands, fcntl.LOCK_UN)
            sleep(0.001)
    except BlockingIOError:
        return
    finally:
        os.close(stands)


def _wait_to_say(pool: ThreadPoolExecutor, engine: Engine, path: Path, word: str) -> Future[None]:
    waits = pool.submit(_say, engine, word)
    _until_somebody_waits(path)
    return waits


@by_file
def test_whoever_waits_first_writes_before_those_who_come_later(engine: Engine, path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        with _writing(engine):
            _wait_to_say(pool, engine, path, "Ana")
            pool.submit(_say, engine, "Ben")
        pool.shutdown()
    assert _said(engine) == ["Ana", "Ben"]


@by_file
def test_somebody_who_writes_again_and_again_keeps_nobody_out(engine: Engine, path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        _say(engine, "one", lambda: _wait_to_say(pool, engine, path, "Ana"))
        _say(engine, "two")
    assert _said(engine) == ["one", "Ana", "two"]


@by_file
def test_another_program_that_writes_is_waited_for(engine: Engine, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with ThreadPoolExecutor(1) as pool:
        _wait_to_say(pool, engine, path, "Ana")
        other.execute("insert into word values ('somebody else')")
        other.execute("commit")
    other.close()
    assert _said(engine) == ["somebody else", "Ana"]


def test_many_threads_write_many_times_and_nobody_waits_in_vain(engine: Engine) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: [_say(engine, f"{n}") for _ in range(10)], range(10)))
    assert sorted(_said(engine)) == sorted(str(n) for n in range(10) for _ in range(10))


def test_patience_ends_with_the_words_of_sqlite(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PATIENCE", 10)
    with _writing(engine), pytest.raises(OperationalError, match="locked"):
        _say(engine, "Ana")
    _say(engine, "Ben")
    assert _said(engine) == ["Ben"]


def test_reading_never_waits_in_line(engine: Engine) -> None:
    with _writing(engine) as connection:
        connection.execute(text("insert into word values ('Ana')"))
        assert _said(engine) == []
    assert _said(engine) == ["Ana"]


def test_a_database_in_memory_has_no_line() -> None:
    engine = create_engine("sqlite://")
    prepare(engine)
    with _writing(engine) as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()
