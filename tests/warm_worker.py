"""The worker process, forked from one that has loaded the hub already: it begins at once."""

import multiprocessing
import os
from multiprocessing.process import BaseProcess

from supervisor.cli import main

_READY = multiprocessing.get_context("forkserver")
_READY.set_forkserver_preload([__name__])


def begun(environment: dict[str, str]) -> BaseProcess:
    """A worker process of its own, which may be killed like any other."""
    process = _READY.Process(target=_work, args=(environment,))
    process.start()
    return process


def _work(environment: dict[str, str]) -> None:
    os.setsid()
    os.environ.update(environment)
    main(["work"])
