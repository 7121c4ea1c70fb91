"""The hub's mailbox: each mail that comes in is a report, an answer, or nothing of ours."""

from collections.abc import Iterable
from datetime import datetime
from email.message import Message as Mail
from email.utils import getaddresses

from calendars.reply import Answer
from supervisor import bounces
from supervisor.calendar_answers import calendar_answers
from supervisor.models import Store

HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


def take(
    store: Store,
    mail: Mail,
    answers: Iterable[Answer],
    given: Iterable[str],
    key: str,
    now: datetime,
) -> str:
    """Take one in, with what it answers; in a word what it was. `given` are the addresses that a
    mail server names besides those which the mail does: signed ones cannot be made up, so that
    any will do."""
    if bounces.take(store, mail, now):
        return "report"
    return (
        "answer"
        if calendar_answers.take(store, answers, _addresses(mail, given), key, now)
        else "other"
    )


def _addresses(mail: Mail, given: Iterable[str]) -> list[str]:
    said = [str(value) for name in HEADERS for value in mail.get_all(name, [])]
    return [*given, *(address for _name, address in getaddresses(said))]
