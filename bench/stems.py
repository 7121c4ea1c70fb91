"""Processes that have all they need from the start, and are killed at a moment of their work.

A stem prepares once: it loads the hub, makes the app, asks every question that the work will ask.
Each child that is forked from it begins at once, so that a kill meets work and no start.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["supervisor.cli", "bench.many", "tests.mail_server"])
MOMENT = 0.02
"""Seconds after a step in which a kill comes."""
Work = Callable[[Any, Callable[[Any], None]], None]
"""What a child does with what it is given; it says how it gets on as it goes."""


class Stem:
    """`prepare(*given)` runs once, in a process of its own, and stays open around `Work`."""

    def __init__(self, prepare: Callable[..., AbstractContextManager[Work]], *given: Any) -> None:
        self._orders, orders = FORK.Pipe()
        self.said, say = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=_grow, args=(prepare, given, orders, say))
        self._process.start()
        orders.close()
        say.close()
        self._orders.recv()
        self.child = 0

    def begin(self, turn: Any) -> None:
        """Let a child begin."""
        self._orders.send(turn)
        self.child = self._orders.recv()

    def kill_after(self, words: int, seconds: float) -> tuple[list[Any], bool]:
        """Kill the child so long after so many words; all that it said, and whether it was
        killed, or had ended by itself."""
        heard: list[Any] = []
        while len(heard) < words and self._orders not in (ready := wait([self.said, self._orders])):
            heard += [self.said.recv()] if self.said in ready else []
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)
        return heard + list(self.heard()), bool(self._orders.recv())

    def to_the_end(self) -> list[Any]:
        """Let the child finish; all that it said."""
        heard: list[Any] = []
        while not self._orders.poll():
            heard += [self.said.recv()] if self.said.poll(0.1) else []
        self._orders.recv()
        return heard + list(self.heard())

    def heard(self) -> Iterator[Any]:
        """What it said since, without waiting."""
        while self.said.poll():
            yield self.said.recv()

    def close(self) -> None:
        """No more children."""
        self._orders.send(None)
        self._process.join()


def _grow(
    prepare: Callable[..., AbstractContextManager[Work]],
    given: tuple[Any, ...],
    orders: Connection,
    say: Connection,
) -> None:
    with prepare(*given) as work:
        orders.send("ready")
        while (turn := orders.recv()) is not None:
            child = os.fork()
            if child == 0:
                orders.close()
                work(turn, say.send)
                os._exit(0)
            orders.send(child)
            _, status = os.waitpid(child, 0)
            orders.send(os.WIFSIGNALED(status))
