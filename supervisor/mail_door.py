"""A door for mail that a mail server hands over (LMTP or SMTP), open while the worker process runs.

Several processes may be told of the same door: one of them has it, and another takes it over when
that one stops.
"""

import asyncio
import email
import email.policy
import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from supervisor import clock, looking, mailbox
from supervisor.calendar_answers import inlets
from supervisor.calendar_answers.inlets import DOOR
from supervisor.config import Config
from supervisor.mailbox import LARGEST

log = logging.getLogger(__name__)
GREETING = "supervision-hub"
SECONDS = 5
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
WHY = {
    errno.EADDRINUSE: "taken",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EADDRNOTAVAIL: "elsewhere",
}


class Hand:
    """What the door does with a mail: taken for good before the other server may forget it.

    One recipient at a time: LMTP answers for each of several, which the library does not.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Whom it is for; a second one is to come by itself."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """The mail itself; the other server keeps what could not be taken, and tries again."""
        given = tuple(envelope.rcpt_tos)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self._take, envelope.content, given)

    def _take(self, octets: bytes, given: tuple[str, ...]) -> str:
        mail = email.message_from_bytes(octets, policy=email.policy.compat32)
        with self.app.app_context():
            try:
                mailbox.receive(mail, given)
            except Exception:
                log.exception("a mail that came in could not be read")
                return "451 4.3.0 Not now"
        return "250 2.0.0 OK"


class Door:
    """The door of one process: `look_after` opens it, now and whenever it is shut."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        config: Config = app.config["HUB"]
        self.address = config.mail_door
        self._controller: Any = None

    def look_after(self) -> None:
        """Whether somebody of the hub answers there; if nobody does, this process will."""
        if not self.address:
            return
        with self.app.app_context():
            try:
                if not answers(self.address):
                    self._open()
                looking.write(inlets.works, DOOR)
            except OSError as error:
                log.warning("the door for mail cannot be opened: %s", error)
                looking.write(inlets.fails, DOOR, _why(error), str(error), clock.really())

    def _open(self) -> None:
        self.shut()
        controller = _controller(self.address, self.app)
        try:
            controller.start()
        except OSError:
            (controller.stop if controller.loop.is_running() else controller.loop.close)()
            raise
        self._controller = controller

    def shut(self) -> None:
        """Take no more; what is being handed over is not acknowledged, and comes again."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "elsewhere"
    return WHY.get(error.errno or 0, "broken")


@contextmanager
def opened(app: Flask) -> Iterator[Door]:
    """A door that is looked after once, and shut in the end."""
    door = Door(app)
    door.look_after()
    try:
        yield door
    finally:
        door.shut()


def answers(address: str) -> bool:
    """Whether the hub itself answers at an address, whichever process of it."""
    parts = urlsplit(address)
    host = EVERYWHERE.get(parts.hostname or "", parts.hostname or "")
    try:
        with socket.create_connection((host, parts.port or 0), timeout=SECONDS) as there:
            return GREETING.encode() in there.recv(1000)
    except OSError:
        return False


def _controller(address: str, app: Flask) -> Any:
    from aiosmtpd.controller import Controller
    from aiosmtpd.lmtp import LMTP
    from aiosmtpd.smtp import SMTP

    parts = urlsplit(address)

    class Mouth(Controller):
        def factory(self) -> SMTP:
            kind = LMTP if parts.scheme == "lmtp" else SMTP
            return kind(self.handler, data_size_limit=LARGEST, ident=GREETING)

    return Mouth(Hand(app), hostname=parts.hostname, port=parts.port or 0)
