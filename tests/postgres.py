"""A real PostgreSQL for the tests: its own cluster in a temporary folder, on a socket only."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_names = count()


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(p) for p in [shutil.which("initdb")] if p
    ]
    return found[-1].resolve().parent if found else None


def _as_postgres(*command: str) -> None:
    """Run as the `postgres` user when root, since the server refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


@dataclass(frozen=True)
class Cluster:
    """A running server; databases are made by copying a template."""

    folder: Path

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["Cluster"]:
        programs = postgres_programs()
        assert programs, "PostgreSQL is not installed"
        folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
        folder.chmod(0o777)
        data = folder / "data"
        _as_postgres(
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "hub",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        log = str(folder / "log")
        _as_postgres(
            str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", options, "start"
        )
        try:
            yield cls(folder)
        finally:
            _as_postgres(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
            shutil.rmtree(folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hub@/{name}?host={self.folder}"

    def create(self, name: str) -> str:
        self._admin(f'create database "{name}"')
        return self.url(name)

    def copy(self, template: str) -> str:
        name = f"hub_{next(_names)}"
        self._admin(f'create database "{name}" template "{template}"')
        return name

    def drop(self, name: str) -> None:
        self._admin(f'drop database "{name}" with (force)')

    def _admin(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="hub", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)
