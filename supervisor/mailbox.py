"""Two doors for mail that comes in: a mailbox that is looked into, and a mail server's own hand.

Both hand each mail to `inbox.take`, each in a transaction of its own. The mailbox is read over TLS
alone; a mail that was taken is marked as read and stays where it is.
"""

import asyncio
import email
import email.policy
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message as Mail
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from supervisor import clock, looking
from supervisor.calendar_answers import inbox
from supervisor.config import Config
from supervisor.extensions import db

if TYPE_CHECKING:
    from imap_tools import MailBox

log = logging.getLogger(__name__)
LARGEST = 5_000_000
AT_ONCE = 100
SECONDS = 20


def receive(mail: Mail, given: tuple[str, ...] = ()) -> str:
    """Take one mail in; in a word what it was. `given` is whom the envelope names."""
    config: Config = current_app.config["HUB"]
    said: str = looking.write(inbox.take, mail, given, config.secret_key, clock.now())
    return said


def look(stopping: Callable[[], bool]) -> int:
    """Take in what is new in the mailbox, where the hub has one; how many mails that was."""
    config: Config = current_app.config["HUB"]
    if not config.imap_host:
        return 0
    with _opened(config) as box:
        return sum(_taken(box, uid) for uid in _new(box) if not stopping())


@contextmanager
def _opened(config: Config) -> Iterator["MailBox"]:
    from imap_tools import MailBox

    trust = ssl.create_default_context()
    box = MailBox(config.imap_host, config.imap_port, timeout=SECONDS, ssl_context=trust)
    with box.login(config.imap_user, config.imap_password, config.imap_folder) as opened:
        yield opened


def _new(box: "MailBox") -> list[str]:
    """What nobody has read, the oldest first; what is too large is none of ours."""
    from imap_tools import AND

    return list(box.uids(AND(seen=False, size_lt=LARGEST)))[:AT_ONCE]


def _taken(box: "MailBox", uid: str) -> int:
    """One that cannot be read is starred for a person to look at, and stops no other."""
    from imap_tools import AND, MailMessageFlags

    marks = [MailMessageFlags.SEEN]
    for found in box.fetch(AND(uid=uid), mark_seen=False):
        try:
            receive(found.obj)
        except Exception:
            db.session.rollback()
            log.exception("a mail that came in could not be read")
            marks.append(MailMessageFlags.FLAGGED)
    box.flag(uid, marks, True)  # noqa: FBT003
    return 1


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
                receive(mail, given)
            except Exception:
                log.exception("a mail that came in could not be read")
                return "451 4.3.0 Not now"
        return "250 2.0.0 OK"


@contextmanager
def door(app: Flask) -> Iterator[None]:
    """Listen for mail for as long as this is open, where the hub says so."""
    config: Config = app.config["HUB"]
    if not config.mail_door:
        yield
        return
    controller = _controller(config.mail_door, app)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def _controller(address: str, app: Flask) -> Any:
    from aiosmtpd.controller import Controller
    from aiosmtpd.lmtp import LMTP
    from aiosmtpd.smtp import SMTP

    parts = urlsplit(address)

    class Door(Controller):
        def factory(self) -> SMTP:
            kind = LMTP if parts.scheme == "lmtp" else SMTP
            return kind(self.handler, data_size_limit=LARGEST)

    return Door(Hand(app), hostname=parts.hostname, port=parts.port or 0)
