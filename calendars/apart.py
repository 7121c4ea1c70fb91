"""Reading a stranger's calendar in a process of its own, which may not take longer than it may.

`python -m calendars.apart` reads from standard input (for busy times a line with what to leave
out, then the octets) and prints what it found. Two
seconds of the processor for all of it, a quarter for following one repetition: one that never
comes to an end is then taken as unclear, and the others are still read.
"""

import json
import logging
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple
from datetime import UTC, date, datetime
from typing import Any

from calendars.availability import Open
from calendars.busy import Doubt, Reading, Span, read
from calendars.foreign import Unreadable
from calendars.reply import Answer, Part, answers_in
from calendars.weekly import Slip, Week, read_week

SECONDS, ONE_SERIES = 2, 0.25
STARTING = 2
"""Seconds of the processor that the process may take besides, to start."""
MEMORY = 1 << 30
WAITED = 60
"""Seconds by the clock for what sleeps, which uses no processor."""
TOO_LONG, TOO_MUCH, CRASHED = "too_long", "too_much", "crashed"
log = logging.getLogger(__name__)


def read_apart(
    octets: bytes,
    since: datetime,
    until: datetime,
    zone: str,
    ours: frozenset[str] = frozenset(),
) -> Reading:
    """As `busy.read`, in a process that is ended when it takes too long. Unreadable then says
    `too_long`; `too_much` where it needs more memory than there is, and `crashed` where it broke.
    """
    window = (str(int(since.timestamp())), str(int(until.timestamp())))
    said = _asked("busy", *window, zone, given=json.dumps(sorted(ours)).encode() + b"\n" + octets)
    spans = [Span(_instant(starts), _instant(ends), sure) for starts, ends, sure in said["spans"]]
    return Reading(spans, [Doubt(*one) for one in said["doubts"]])


def week_apart(octets: bytes, zone: str, on: date) -> Week:
    """As `weekly.read_week`, in such a process."""
    said = _asked("week", zone, on.isoformat(), given=octets)
    return Week([Open(*one) for one in said["hours"]], [Slip(*one) for one in said["slips"]])


def answers_apart(parts: Iterable[Part], zone: str) -> list[Answer]:
    """As `reply.answers_in`, in such a process."""
    given = [[method, b64encode(octets).decode()] for method, octets in parts]
    return [_answer(one) for one in _asked("reply", zone, given=json.dumps(given).encode())["said"]]


def _answer(said: dict[str, Any]) -> Answer:
    """Times as they were, from their words."""
    times = {name: _time(said[name]) for name in ("stamp", "recurrence")}
    proposed = said["proposed"] and tuple(_time(one) for one in said["proposed"])
    return Answer(**(said | times | {"proposed": proposed}))


def _time(said: str | None) -> Any:
    if said is None:
        return None
    return datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)


def _asked(*what: str, given: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "calendars.apart", *what]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=WAITED, check=True)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_LONG) from error
    except subprocess.CalledProcessError as error:
        raise Unreadable(_why(error)) from error
    said: dict[str, Any] | str = json.loads(done.stdout)
    if isinstance(said, str):
        raise Unreadable(said)
    return said


def _why(ended: subprocess.CalledProcessError) -> str:
    """By the signal that ended it: the system kills what it has no memory left for. Of an error
    only its name is logged, since its words may be those of the calendar."""
    if -ended.returncode == signal.Signals.SIGXCPU:
        return TOO_LONG
    if -ended.returncode == signal.Signals.SIGKILL:
        return TOO_MUCH
    last = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
    log.error("the process that reads calendars ended with %d %.80s", ended.returncode, last)
    return CRASHED


def _instant(seconds: float | str) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


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


def main(what: str, *given: str) -> str:
    """What the process prints: a reading, or the word why there is none."""
    _limit()
    try:
        found = TASKS[what](sys.stdin.buffer.read(), *given)
        return json.dumps(found, default=lambda one: one.isoformat())
    except Unreadable as error:
        return json.dumps(error.why)
    except MemoryError:
        return json.dumps(TOO_MUCH)


def _busy(octets: bytes, since: str, until: str, zone: str) -> dict[str, Any]:
    ours, _line, octets = octets.partition(b"\n")
    window = _instant(since), _instant(until)
    found = read(octets, *window, zone, frozenset(json.loads(ours)), patience)
    spans = [(one.starts.timestamp(), one.ends.timestamp(), one.sure) for one in found.spans]
    return {"spans": spans, "doubts": [astuple(one) for one in found.doubts]}


def _week(octets: bytes, zone: str, on: str) -> dict[str, Any]:
    found = read_week(octets, zone, date.fromisoformat(on))
    return {name: [astuple(one) for one in some] for name, some in vars(found).items()}


def _reply(octets: bytes, zone: str) -> dict[str, Any]:
    parts = [(method, b64decode(part)) for method, part in json.loads(octets)]
    return {"said": [asdict(one) for one in answers_in(parts, zone)]}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {"busy": _busy, "week": _week, "reply": _reply}


def _limit() -> None:
    """The limits are the system's own, which nothing that is read can lift; Windows has none.

    The first second too many ends it by a signal of its own, and no copy of what it held is left
    on the disk."""
    with suppress(ImportError):
        import resource

        most = STARTING + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]))
