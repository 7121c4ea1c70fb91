"""The mailbox that mail comes in to. `mail_door` is the other way, a mail server's own hand.

Both hand each mail to `inbox.take`, each in a transaction of its own. The mailbox is read over TLS
alone; a mail that was taken is marked as read and stays where it is.
"""

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message as Mail
from typing import TYPE_CHECKING

from flask import current_app

from calendars.apart import answers_apart
from calendars.foreign import Unreadable
from calendars.reply import Answer, parts_of
from supervisor import clock, looking
from supervisor.calendar_answers import inbox, inlets
from supervisor.calendar_answers.inlets import MAILBOX
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.settings import HubSettings, read

if TYPE_CHECKING:
    from imap_tools import MailBox

log = logging.getLogger(__name__)
LARGEST = 5_000_000
AT_ONCE = 100
SECONDS = 20


class NotOpened(Exception):
    """The mailbox could not be read, in its own words."""


def receive(mail: Mail, given: tuple[str, ...] = ()) -> str:
    """Take one mail in; in a word what it was. `given` is whom the envelope names.

    Anybody can send one, so what it answers is read before anything is locked, and apart."""
    config: Config = current_app.config["HUB"]
    answers = _answers(mail)
    said: str = looking.write(inbox.take, mail, answers, given, config.secret_key, clock.now())
    return said


def _answers(mail: Mail) -> list[Answer]:
    """None of a calendar that cannot be read: it would not be any better the next time."""
    parts = parts_of(mail)
    if not parts:
        return []
    zone = read(db.session(), HubSettings).time_zone
    db.session.rollback()
    try:
        return answers_apart(parts, zone)
    except Unreadable:
        log.warning("a calendar in a mail that came in could not be read")
        return []


def look(stopping: Callable[[], bool]) -> int:
    """Take in what is new in the mailbox, where the hub has one; how many mails that was. That it
    cannot be read is noted for the hub, and raised."""
    config: Config = current_app.config["HUB"]
    if not config.imap_host:
        return 0
    try:
        with _opened(config) as box:
            count = sum(_taken(box, uid) for uid in _new(box) if not stopping())
    except Exception as error:
        db.session.rollback()
        said = str(error).replace(config.imap_password or "\0", "…")
        looking.write(inlets.fails, MAILBOX, _why(error), said, clock.really())
        raise NotOpened(said) from error
    looking.write(inlets.works, MAILBOX)
    return count


def _why(error: Exception) -> str:
    from imap_tools import MailboxFolderSelectError, MailboxLoginError

    kinds: tuple[tuple[type[Exception], str], ...] = (
        (MailboxLoginError, "password"),
        (MailboxFolderSelectError, "folder"),
        (ssl.SSLCertVerificationError, "certificate"),
        (OSError, "unreachable"),
    )
    return next((why for kind, why in kinds if isinstance(error, kind)), "broken")


@contextmanager
def _opened(config: Config) -> Iterator["MailBox"]:
    from imap_tools import MailBox

    trust = ssl.create_default_context()
    box = MailBox(config.imap_host, config.imap_port, timeout=SECONDS, ssl_context=trust)
    try:
        with box.login(config.imap_user, config.imap_password, config.imap_folder) as opened:
            yield opened
    finally:
        with suppress(OSError):
            box.client.shutdown()


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
