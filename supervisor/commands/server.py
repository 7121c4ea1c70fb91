"""The web server: gunicorn with threads, given what it needs to know by the program itself."""

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from supervisor.errors import Refused

THREADS = 8


class Server(BaseApplication):
    """One process with threads. `make` runs inside it, so that nothing open crosses a fork."""

    def __init__(self, make: Callable[[], Flask], host: str, port: int) -> None:
        self.make = make
        self.given = {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The app, made when gunicorn asks for it."""
        return self.make()


def check_free(host: str, port: int) -> None:
    """Refuse, with words, a port on which something else listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Refused(
                "%(host)s:%(port)d cannot be used: %(why)s. Choose another with --port.",
                host=host,
                port=port,
                why=error.strerror,
            ) from error
