"""The door that carries the outbox: claim, commit, send, acknowledge, commit."""

import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from supervisor import alerts, messages, wording
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Message, Store
from supervisor.models.engine import writing
from supervisor.settings import HubSettings, read

Send = Callable[[EmailMessage], Any]


@dataclass(frozen=True)
class Letter:
    """One mail as it is read: a neutral subject, plain text and the same in HTML."""

    subject: str
    text: str
    html: str


def deliver(worker: str, now: datetime) -> int:
    """Send what is due, until nothing is; how many messages went out."""
    config: Config = current_app.config["HUB"]
    if not config.smtp_host:
        return 0
    with writing(), line(config) as send:
        count = 0
        while gone := _some(db.session(), worker, now, send):
            count += gone
    return count


@contextmanager
def line(config: Config) -> Iterator[Send]:
    """A connection to the mail server, opened when the first mail is ready."""
    server: smtplib.SMTP | None = None

    def send(mail: EmailMessage) -> None:
        nonlocal server
        if server is None:
            server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=30)
            if config.smtp_tls:
                server.starttls()
            if config.smtp_user:
                server.login(config.smtp_user, config.smtp_password)
        server.send_message(mail)

    try:
        yield send
    finally:
        if server is not None:
            server.close()


def _some(store: Store, worker: str, now: datetime, send: Send) -> int:
    claimed = messages.claim(store, worker, now)
    store.commit()
    for message in [m for m in claimed if not alerts.still_true(store, m)]:
        message.dropped_at = now
    standing = [m for m in claimed if m.dropped_at is None]
    for _person, bundle in groupby(sorted(standing, key=_together), key=_together):
        _carry(store, list(bundle), now, send)
    store.commit()
    return len(claimed)


def _together(message: Message) -> tuple[int, str]:
    """What goes into one mail: a person's messages of the same morning; urgent ones alone."""
    alone = message.written_at == message.due_at
    return message.recipient_id, message.message_id if alone else ""


def _carry(store: Store, bundle: Sequence[Message], now: datetime, send: Send) -> None:
    """Send one mail and acknowledge it; what goes wrong stays with these messages."""
    try:
        send(mail(store, bundle, now))
    except (OSError, smtplib.SMTPException) as trouble:
        for message in bundle:
            messages.failed(store, message, str(trouble), now)
    else:
        messages.sent(store, bundle, now)
    store.commit()


def mail(store: Store, bundle: Sequence[Message], now: datetime) -> EmailMessage:
    """A bundle as one mail, plain text first and HTML beside it."""
    letters = [letter(message) for message in bundle]
    first, hub = bundle[0], read(store, HubSettings)
    made = EmailMessage()
    made["From"] = f"{hub.name} <{hub.mail_from}>"
    made["To"] = first.recipient.email
    made["Subject"] = letters[0].subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = first.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n\n".join(one.text for one in letters), cte="quoted-printable")
    html = "\n<hr>\n".join(one.html for one in letters)
    made.add_alternative(f"<!doctype html><html><body>{html}</body></html>", subtype="html")
    return made


def letter(message: Message) -> Letter:
    """One message in its reader's language."""
    facts = message.facts | {
        "name": message.recipient.name.split()[0],
        "base": current_app.config["HUB"].base_url,
        "hub": read(db.session(), HubSettings),
    }
    with force_locale(message.recipient.locale):
        text = render_template(f"emails/{message.template}.txt", **facts, when=_when)
        html = render_template(f"emails/{message.template}.html", **facts, when=_when)
    subject, _blank, body = text.partition("\n\n")
    return Letter(subject.strip(), body.strip() + "\n", html.strip())


def _when(iso: str) -> str:
    """A wall time that came as text, as it is said: Tuesday 8 December, 10:00 am."""
    return wording.day_and_time(datetime.fromisoformat(iso))
