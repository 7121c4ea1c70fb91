"""A disk that is full while the coordinator writes, and then has room again.

    python -m bench.full_disk [--engine postgresql]

Only as root, since it mounts a small disk of its own. What was acknowledged is there afterwards,
nothing else is, pages could be read meanwhile, and writing goes on once there is room.
"""

import argparse
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.stems import Stem
from bench.writers import Said, cast, web, whole
from supervisor.app import create_app
from supervisor.config import Config
from tests.postgres import Cluster

ROOM = {"sqlite": 12, "postgresql": 60}
"""Megabytes of the disk."""
FIRST, QUIET, A_WHILE = 30, 20, 120


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of that size, in memory."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", folder],
            check=True,
        )
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def address(engine: str) -> Iterator[tuple[str, Path]]:
    """A hub on a disk of its own; of PostgreSQL its tables alone, not its journal."""
    if engine == "sqlite":
        with small_disk(ROOM[engine]) as disk:
            yield f"sqlite:///{disk / 'hub.db'}", disk
    else:
        with small_disk(ROOM[engine]) as disk, Cluster.started() as cluster:
            shutil.chown(disk, "postgres")
            with cluster.connected() as server:
                server.execute(f"create tablespace small location '{disk}'")
                server.execute("create database hub tablespace small")
            yield cluster.url("hub"), disk


def drill(url: str, disk: Path) -> None:
    """Fill it, look, and make room again."""
    token = cast(url)
    writer, said = Stem(web, url, token), Said()
    writer.begin(0)
    said |= {writer.said.recv() for _turn in range(FIRST)}
    _fill(disk / "filler")
    while writer.said.poll(QUIET):
        said |= {writer.said.recv()}
    before, read = len(said), _read(url, token)
    (disk / "filler").unlink()
    again = writer.said.poll(A_WHILE)
    said |= set(writer.kill_after(0, 0)[0])
    writer.close()
    print(
        f"full after {before} acknowledged; read meanwhile: {read} (limit 200); "
        f"{'goes on' if again else 'does NOT go on'} once there is room"
    )
    whole("a full disk", url, said, 1)


def _fill(filler: Path) -> None:
    """Until nothing more fits in."""
    with filler.open("wb", buffering=0) as rest:
        try:
            while True:
                rest.write(b"\0" * 4096)
        except OSError:
            return


def _read(url: str, token: str) -> int:
    client = create_app(Config(database=url, secret_key="bench")).test_client()
    client.set_cookie("sign_in", token)
    return client.get("/people/w1").status_code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=list(ROOM))
    with address(parser.parse_args().engine) as (url, disk):
        drill(url, disk)


if __name__ == "__main__":
    main()
