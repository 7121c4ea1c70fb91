"""Reading a stranger's calendar in a process of its own, which may not take longer than it may.

`python -m calendars.apart` reads from standard input (a line with what to leave out, then the
octets) and prints what it found. Two
seconds of the processor for all of it, a quarter for following one repetition: one that never
comes to an end is then taken as unclear, and the others are still read.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from datetime import UTC, datetime

from calendars.busy import Doubt, Reading, Span, read
from calendars.foreign import Unreadable

SECONDS, ONE_SERIES = 2, 0.25
STARTING = 2
"""Seconds of the processor that the process may take besides, to start."""
MEMORY = 1 << 30
TOOK_TOO_LONG = "too_long"


def read_apart(
    octets: bytes,
    since: datetime,
    until: datetime,
    zone: str,
    ours: frozenset[str] = frozenset(),
) -> Reading:
    """As `busy.read`, in a process that is ended when it takes too long: then, and when it
    breaks, Unreadable says `too_long`."""
    window = (str(int(since.timestamp())), str(int(until.timestamp())))
    command = [sys.executable, "-m", "calendars.apart", *window, zone]
    given = json.dumps(sorted(ours)).encode() + b"\n" + octets
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=60, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unreadable(TOOK_TOO_LONG) from error
    return _told(json.loads(done.stdout))


def _told(said: dict[str, list[list[object]]] | str) -> Reading:
    if isinstance(said, str):
        raise Unreadable(said)
    spans = [
        Span(_instant(starts), _instant(ends), bool(sure)) for starts, ends, sure in said["spans"]
    ]
    doubts = [Doubt(int(str(number)), str(why), str(day)) for number, why, day in said["doubts"]]
    return Reading(spans, doubts)


def _instant(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), UTC)


class TooLong(Exception):
    """A repetition that was followed for as long as it may be."""


@contextmanager
def patience(seconds: float = ONE_SERIES) -> Iterator[None]:
    """Break off what takes longer of the processor; in the main thread of a process only."""
    before = signal.signal(signal.SIGVTALRM, _enough)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _enough(_number: int, _frame: object) -> None:
    raise TooLong


def main(since: str, until: str, zone: str) -> str:
    """What the process prints: a reading, or the word why there is none."""
    _limit()
    try:
        window = _instant(since), _instant(until)
        ours, _line, octets = sys.stdin.buffer.read().partition(b"\n")
        found = read(octets, *window, zone, frozenset(json.loads(ours)), patience)
    except Unreadable as error:
        return json.dumps(error.why)
    spans = [(one.starts.timestamp(), one.ends.timestamp(), one.sure) for one in found.spans]
    return json.dumps({"spans": spans, "doubts": [astuple(one) for one in found.doubts]})


def _limit() -> None:  # pragma: no cover — in the process itself
    """The limits are the system's own, which nothing that is read can lift; Windows has none."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (STARTING + SECONDS, STARTING + SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":  # pragma: no cover — the process itself
    sys.stdout.write(main(*sys.argv[1:]))
