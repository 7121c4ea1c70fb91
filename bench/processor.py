"""Processor time of this process, and of a server of PostgreSQL with all that it has started."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.postgres import Cluster

TICKS = 100
"""Hundredths of a second are what a kernel counts ended processes in, on any machine."""
NANO = 1e9


def watch(cluster: Cluster | None = None) -> Callable[[], float]:
    """What tells the seconds used so far. SQLite works within this process."""
    if cluster is None:
        return time.process_time
    server = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    return lambda: time.process_time() + _used(server)


def _used(server: int) -> float:
    """By the server, by what it has started and by what has ended since."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return _ended(server) + sum(_running(one) for one in (str(server), *children))


def _running(process: str) -> float:
    """Nothing where it has just ended."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / NANO
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _ended(server: int) -> float:
    """A name may hold spaces, so that fields are counted from what closes it."""
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS
