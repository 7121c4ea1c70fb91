"""The door that carries the outbox: claim, commit, send, acknowledge, commit."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from flask import current_app

from supervisor import bounces, bundles, clock, letters, messages, outlet, texts
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.feeds import invitations
from supervisor.feeds.invitations import Invited
from supervisor.letters import Letter
from supervisor.models import Message, Store
from supervisor.models.engine import writing
from supervisor.reach import MessageSettings
from supervisor.rules.bounces import Fate, fate_of, status_of
from supervisor.rules.kinds import Channel
from supervisor.settings import read

log = logging.getLogger(__name__)
SECONDS = 30
CLOSING, TOO_LARGE = 421, 552
PATIENCE = 2
"""After so many mails on which the server hung up one after the other, the rest wait untried."""


class Unreachable(Exception):
    """The mail server does not answer, or takes nothing from the hub's address: nothing can be
    sent now, and no message is to blame."""


class RefusesAll(Unreachable):
    """It turns every address away, and is left alone for now. This is noted already."""


class Line:
    """A connection to the mail server, opened when a mail is ready and anew after it broke."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.server: smtplib.SMTP | None = None
        self.hung_up = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def send(self, mail: EmailMessage) -> None:
        """Send one mail; what is raised is about this mail, but for `Unreachable`."""
        if self.hung_up >= PATIENCE:
            raise Unreachable("it hung up on one mail after the other")
        if self.server is None:
            self.server = self._open()
        try:
            self.server.send_message(mail)
            self.hung_up = 0
        except smtplib.SMTPSenderRefused as trouble:
            self.close()
            if trouble.smtp_code == TOO_LARGE:
                raise
            raise Unreachable(str(trouble)) from trouble
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            self.hung_up = self.hung_up + 1 if _no_answer(trouble) else 0
            raise

    def _open(self) -> smtplib.SMTP:
        try:
            server = smtplib.SMTP(self.config.smtp_host, self.config.smtp_port, timeout=SECONDS)
        except (OSError, smtplib.SMTPException) as trouble:
            raise Unreachable(str(trouble)) from trouble
        try:
            self._introduce(server)
        except (OSError, smtplib.SMTPException) as trouble:
            server.close()
            raise Unreachable(str(trouble)) from trouble
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.config.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if self.config.smtp_user:
            server.login(self.config.smtp_user, self.config.smtp_password)

    def close(self) -> None:
        """Hang up; the next mail opens it again."""
        if self.server is not None:
            self.server.close()
            self.server = None


def deliver(worker: str, stopping: Callable[[], bool] = bool) -> int:
    """Send what is due until nothing is, or until it is time to stop; how many mails and texts
    went."""
    config: Config = current_app.config["HUB"]
    store, count = db.session(), 0
    with writing(), Line(config) as line:
        settings = read(store, MessageSettings)
        if gateway := settings.text_gateway:
            count += _drain(store, worker, Channel.TEXT, _texter(gateway), stopping)
        if allowed := settings.chat_services:
            count += _drain(store, worker, Channel.CHAT, _chatter(allowed), stopping)
        if config.smtp_host:
            count += _drain(store, worker, Channel.EMAIL, _mailer(store, line), stopping)
        store.commit()
    return count


Send = Callable[[Sequence[Message], Sequence[Letter]], None]


def _mailer(store: Store, line: Line) -> Send:
    def send(going: Sequence[Message], said: Sequence[Letter]) -> None:
        first, now = going[0], clock.now()
        invited = _invited(store, first, now) if len(going) == 1 else None
        mail = letters.mail(store, going, said, now, invited)
        bounces.goes_to(going, letters.address_of(first))
        store.commit()
        line.send(mail)
        outlet.takes(store)
        if invited:
            invitations.went(store, first, invited, now)

    return send


def _invited(store: Store, message: Message, now: datetime) -> Invited | None:
    """What goes with it for a calendar; the words go without it where it cannot be made."""
    try:
        with store.begin_nested():
            return letters.invited(store, message, now)
    except Exception:
        log.exception("an invitation could not be made: %s", message.template)
        return None


def _texter(gateway: str) -> Send:
    def send(going: Sequence[Message], said: Sequence[Letter]) -> None:
        texts.send(gateway, going[0].recipient.phone or "", letters.text(said))

    return send


def _chatter(allowed: str) -> Send:
    def send(going: Sequence[Message], said: Sequence[Letter]) -> None:
        texts.chat(going[0].recipient.chat or "", allowed, letters.text(said))

    return send


def _drain(
    store: Store, worker: str, channel: Channel, send: Send, stopping: Callable[[], bool]
) -> int:
    count = 0
    while not stopping() and (bundle := _claimed(store, worker, channel)):
        try:
            count += _carry(store, bundle, send)
        except Unreachable as trouble:
            log.warning("no mail goes out: %s", outlet.without_addresses(str(trouble)))
            messages.release(bundle)
            if not isinstance(trouble, RefusesAll):
                outlet.takes_none(store, str(trouble), clock.now())
            store.commit()
            break
    return count


def _claimed(store: Store, worker: str, channel: Channel) -> list[Message]:
    newest = channel is Channel.EMAIL and outlet.refuses_all(store)
    bundle = messages.claim(store, worker, clock.now(), channel, newest=newest)
    store.commit()
    return bundle


def _carry(store: Store, bundle: list[Message], send: Send) -> int:
    """Each mail or text: written, sent outside of any transaction, then acknowledged."""
    ready = {message: letter for message in bundle if (letter := _written(store, message))}
    due = bundles.one_each(store, list(ready), clock.now())
    store.commit()
    count = 0
    for going in bundles.apart(due, invitations.may_bring):
        count += _sent(store, going, [ready[message] for message in going], send)
        store.commit()
    return count


def _sent(store: Store, going: Sequence[Message], said: Sequence[Letter], send: Send) -> bool:
    """What goes wrong with one mail, an address that is none for instance, stays with it."""
    try:
        send(going, said)
    except (OSError, smtplib.SMTPException, ValueError) as trouble:
        _failed(store, going, trouble)
        return False
    messages.sent(going, clock.now())
    return True


def _failed(store: Store, going: Sequence[Message], trouble: Exception) -> None:
    why, for_good = _why(trouble)
    gone = for_good and isinstance(trouble, smtplib.SMTPRecipientsRefused)
    if gone and outlet.refuses(store, going, why, clock.now()):
        raise RefusesAll(why) from trouble
    messages.failed(store, going, why, clock.now(), for_good=for_good)
    if gone:
        bounces.refused(store, going[0], why, clock.now())


def _written(store: Store, message: Message) -> Letter | None:
    """Its letter; None when there is nothing to say any more, or when it cannot be written.

    One that cannot be written is tried again later, like one that cannot be sent, and never
    holds up the rest.
    """
    now = clock.now()
    try:
        letter = letters.of(store, message, now)
    except Exception as trouble:
        store.rollback()
        log.exception("a message could not be written: %s", message.template)
        messages.failed(store, [message], repr(trouble), now)
        store.commit()
        return None
    if letter is None:
        messages.take_back(message, now)
    return letter


def _no_answer(trouble: Exception) -> bool:
    """Whether the server was silent, hung up, or said that it is about to: this mail may be what
    it cannot stand, or it is ill and stands none."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return _refusal(trouble)[0] == CLOSING
    if isinstance(trouble, smtplib.SMTPResponseException):
        return trouble.smtp_code == CLOSING
    return not isinstance(trouble, smtplib.SMTPNotSupportedError)


def _why(trouble: Exception) -> tuple[str, bool]:
    """What was said, and whether it is for good: the address is refused, or is none. Any other
    refusal, of the hub or of a full mailbox, may be put right."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code, said = _refusal(trouble)
        why = f"{code} {said.decode(errors='replace')}"
        return why, fate_of(status_of(why)) is Fate.GONE
    return str(trouble), isinstance(trouble, ValueError)


def _refusal(trouble: smtplib.SMTPRecipientsRefused) -> tuple[int, bytes]:
    return next(iter(trouble.recipients.values()))
