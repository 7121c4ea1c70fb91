"""What every command does alike: one plain sentence where it cannot be done, and no traces."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from flask_migrate import upgrade
from sqlalchemy import text

from supervisor.cli import main
from supervisor.commands import demo, version
from supervisor.config import from_environment
from supervisor.extensions import db
from supervisor.models import triggers


@pytest.fixture
def run(monkeypatch, database: str, store, cast):
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", "2027-02-10T09:00:00+13:00")
    return lambda *words: CliRunner().invoke(main, words)


def plain(said: Result) -> str:
    """What stands on standard error; it is no traceback."""
    assert said.exit_code in {1, 2}
    assert isinstance(said.exception, SystemExit)
    return said.stderr


@pytest.mark.parametrize("words", [("match",), ("plan", "--dry-run"), ("report", "delivery")])
def test_a_file_that_cannot_be_written_is_said_before_any_work(run, tmp_path, words) -> None:
    out = tmp_path / "gone" / "out.csv"
    said = plain(run(*words, "--out", str(out)))
    assert said == f"{out} cannot be written: No such file or directory.\n"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "SUPERVISOR_DATABASE",
            "mysql://somewhere/hub",
            "SUPERVISOR_DATABASE cannot be understood",
        ),
        (
            "SUPERVISOR_DATABASE",
            "postgres://host:port/hub",
            "SUPERVISOR_DATABASE cannot be understood",
        ),
        ("SUPERVISOR_NOW", "0001-01-01T00:00:00+13:00", "of a year from 1970 to 2199"),
        ("SUPERVISOR_NOW", "9999-12-31T23:59:59-12:00", "of a year from 1970 to 2199"),
    ],
)
def test_what_the_environment_says_wrongly_is_named(run, monkeypatch, name, value, says) -> None:
    monkeypatch.setenv(name, value)
    assert says in plain(run("behind"))


@pytest.mark.parametrize("command", ["match", "recruit"])
@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "soon"])
def test_how_long_to_look_is_a_number_of_seconds(run, command: str, seconds: str) -> None:
    assert "Write how many seconds at most, like 30." in plain(run(command, "--seconds", seconds))


def test_half_a_second_is_long_enough_to_look(run) -> None:
    assert run("match", "--seconds", "0.5").exit_code == 0


def test_a_file_that_is_no_database_is_said(run, monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Kia ora, this is a letter and not a database. " * 30)
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(file))
    assert "file is not a database" in plain(run("behind"))


@pytest.mark.parametrize(
    "words", [("behind",), ("sign-in-link", "ben"), ("export", "x"), ("serve",)]
)
def test_a_mistyped_database_leaves_nothing_behind(run, monkeypatch, tmp_path, words) -> None:
    monkeypatch.delenv("SUPERVISOR_SECRET_KEY")
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(tmp_path / "typo.db"))
    said = plain(run(*words))
    assert "There is no database at" in said
    assert "`supervisor init` makes one there" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", [None, "supervisor.db", "sqlite:///supervisor.db"])
def test_a_database_is_made_in_this_folder_and_found_there(monkeypatch, tmp_path, named) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUPERVISOR_DATABASE", raising=False)
    if named:
        monkeypatch.setenv("SUPERVISOR_DATABASE", named)
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert (tmp_path / "supervisor.db").is_file()
    assert CliRunner().invoke(main, ["behind"]).exit_code == 0


def test_a_folder_that_is_not_there_is_said(run, monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("SUPERVISOR_SECRET_KEY")
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(tmp_path / "gone" / "hub.db"))
    assert "cannot be used: No such file or directory." in plain(run("init"))


def test_links_lead_to_the_port_that_is_served_unless_the_address_is_known(
    run, monkeypatch
) -> None:
    assert run("sign-in-link", "ben", "--port", "8461").stdout.startswith("http://127.0.0.1:8461/")
    assert run("sign-in-link", "ben").stdout.startswith("http://127.0.0.1:8000/")
    assert from_environment(8461).base_url == "http://127.0.0.1:8461"
    monkeypatch.setenv("SUPERVISOR_URL", "https://hub.example.org/")
    assert from_environment(8461).base_url == "https://hub.example.org"


def at_version(store, revision: str | None) -> None:
    """As if its last migration had been another one, or none."""
    store.execute(text("delete from alembic_version"))
    if revision:
        store.execute(text("insert into alembic_version values (:one)"), {"one": revision})
    store.commit()


@pytest.fixture
def dated(store, run):
    """The database is of another version until the test is over."""
    was = store.scalar(text("select version_num from alembic_version"))
    yield lambda revision: at_version(store, revision)
    at_version(store, was)


EVERY_COMMAND = [
    ("serve",), ("work",), ("work", "--once"), ("behind",), ("match",), ("plan",), ("recruit",),
    ("shortlist", "ben"), ("explain", "ben", "ana"), ("report", "delivery"), ("export", "x"),
    ("import", "."), ("feed", "ben"), ("audit", "verify"), ("sign-in-link", "ben"), ("bounce",),
    ("erased", "keep", "x"),
]  # fmt: skip


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_no_command_begins_on_a_database_of_another_version(run, dated, words) -> None:
    dated("0057")
    says = plain(run(*words))
    assert says.startswith("The database is of an older version of this program (0057, and")
    assert "run `supervisor init`" in says


@pytest.mark.parametrize("command", ["serve", "work", "behind"])
def test_a_database_that_was_never_made_is_said(run, dated, command: str) -> None:
    dated(None)
    assert plain(run(command)).startswith("The database holds no hub yet. `supervisor init` makes")


@pytest.mark.parametrize("command", ["serve", "work", "behind", "init", "demo"])
def test_a_newer_database_is_left_to_a_newer_program(run, dated, store, command: str) -> None:
    dated("9999")
    assert "of a newer version of this program (9999, and" in plain(run(command))
    assert store.scalar(text("select version_num from alembic_version")) == "9999"
    store.rollback()


def test_every_version_is_known_by_the_name_of_its_file() -> None:
    told = ScriptDirectory(str(version.PACKAGE / "migrations")).walk_revisions()
    assert version.all_known() == sorted(one.revision for one in told)


def test_a_demo_makes_room_for_another_one(store) -> None:
    """On PostgreSQL what triggers call stays there when their tables go."""
    store.close()
    demo.clear()
    upgrade()
    assert triggers.are_right(store.connection())
    store.close()
    db.engine.dispose()


def test_a_demo_leaves_a_database_of_something_else_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "recipes.db"
    with closing(connect(other)) as recipes:
        recipes.execute("create table recipe (words text)")
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(other))
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    said = CliRunner().invoke(main, ["demo", "--no-serve"])
    assert plain(said).startswith("This database holds something else than a hub, so it was left")
    with closing(connect(other)) as recipes:
        assert recipes.execute("select count(*) from recipe").fetchone() == (0,)
