"""The words of a message, in its reader's language and wall time, and the mail that carries them.

A letter is one template, `emails/<name>.txt`: the subject, a blank line, paragraphs. A paragraph
of lines that begin with a dash is a list; one that ends with an address is a link, and the line
before it what the link says. The HTML is made of the same paragraphs.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from jinja2 import Environment, StrictUndefined

from supervisor import reach, wording
from supervisor.alerts import alert_facts
from supervisor.calendar_answers import answer_links
from supervisor.config import Config
from supervisor.feeds import invitations
from supervisor.feeds.invitations import Invited
from supervisor.hours.ways import zone_of
from supervisor.models import Meeting, Message, Person, Session, Store
from supervisor.rules.kinds import Channel
from supervisor.rules.names import first_name
from supervisor.settings import HubSettings, read
from supervisor.still_true import still_true
from supervisor.today import digests
from supervisor.viewers import is_hub
from supervisor.zones import to_local

_ASKING = {"meeting_asked"}
_FROM = re.compile("^From ", re.MULTILINE)
"""At the start of a line `smtplib` would put a `>` before it (RFC 2049 section 3)."""


@dataclass(frozen=True)
class Paragraph:
    """A stretch of words, a list of things, or a link."""

    words: str
    things: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Letter:
    """One message as it is read: a neutral subject and its paragraphs."""

    subject: str
    paragraphs: tuple[Paragraph, ...]


def of(store: Store, message: Message, now: datetime) -> Letter | None:
    """A message in words that are true now; None when it has nothing to say any more."""
    return as_said(store, message, now) if still_true(store, message) else None


def as_said(store: Store, message: Message, now: datetime) -> Letter | None:
    """The same, without asking whether what it asks was answered in between."""
    facts = _facts(store, message, now)
    if facts is None:
        return None
    subject, _blank, body = _written(store, message, facts).strip().partition("\n\n")
    paragraphs = (_paragraph(part) for part in body.split("\n\n") if part.strip())
    return Letter(_one_line(subject), tuple(paragraphs))


def _facts(store: Store, message: Message, now: datetime) -> dict[str, Any] | None:
    """As they are now of an alert and of the week's letter, as they were written of any other."""
    if message.alert_id:
        return alert_facts.facts_now(store, message, now)
    if message.facts == digests.WHEN_READ:
        return digests.facts_now(store, message, now)
    return message.facts


def _written(store: Store, message: Message, facts: dict[str, Any]) -> str:
    hub, reader = read(store, HubSettings), message.recipient
    helpers = {
        "base": _config().base_url,
        "hub": hub,
        "link": link,
        "when": _teller(wording.day_and_time, reader, hub),
        "day": _teller(wording.day, reader, hub),
        "invited": reach.wants_invitations(reader),
        "by_text": message.channel == Channel.TEXT and reach.answered_by_text(store),
    }
    template = _strict(current_app.jinja_env).get_template(f"emails/{message.template}.txt")
    with force_locale(reader.locale):
        return template.render(facts | helpers)


@cache
def _strict(templates: Environment) -> Environment:
    """The app's templates, strict: a mail with a gap in it is not sent. Kept, since each overlay
    compiles every template anew."""
    return templates.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _config() -> Config:
    config: Config = current_app.config["HUB"]
    return config


def link(endpoint: str, _anchor: str = "", **values: str) -> str:
    """The whole address of a page, or of a part of one, outside of any request."""
    part = f"#{_anchor}" if _anchor else ""
    return _config().base_url + current_app.url_map.bind("").build(endpoint, values) + part


def _teller(
    tell: Callable[[Any], str], reader: Person, hub: HubSettings
) -> Callable[[str | date], str]:
    """A time as it is said where the reader is. Wall times and days are said as they are."""

    def say(given: str | date) -> str:
        at = datetime.fromisoformat(given) if isinstance(given, str) else given
        if isinstance(at, datetime) and at.tzinfo:
            at = to_local(at, zone_of(reader, hub))
        return tell(at)

    return say


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _paragraph(text: str) -> Paragraph:
    lines = [_one_line(line) for line in text.strip().splitlines()]
    if lines[-1].startswith((_config().base_url, "https://")):
        return Paragraph(" ".join(lines[:-1]).rstrip(":"), link=lines[-1])
    if all(line.startswith("- ") for line in lines):
        return Paragraph("", things=tuple(line.removeprefix("- ") for line in lines))
    return Paragraph(" ".join(lines))


def mail(
    store: Store,
    bundle: Sequence[Message],
    letters: Sequence[Letter],
    now: datetime,
    invited: Invited | None = None,
) -> EmailMessage:
    """One mail of all that one person is told at once, plain text first and HTML beside it, then
    what a calendar program reads."""
    first, hub = bundle[0], read(store, HubSettings)
    letters = [_to_answer(store, *each, now) for each in zip(bundle, letters, strict=True)]
    made = EmailMessage()
    made["From"] = Address(hub.mail_name, addr_spec=hub.mail_from)
    made["To"] = Address(addr_spec=address_of(first))
    made["Date"] = format_datetime(now)
    made["Message-ID"] = first.message_id
    made["Auto-Submitted"] = "auto-generated"
    facts = {"sections": _sections(letters), "alone": len(letters) == 1, "hub": hub}
    facts["board"] = link("today.show") if is_hub(store, first.recipient) else ""
    with force_locale(first.recipient.locale):
        facts |= {
            "subject": _subject(letters),
            "name": first_name(first.recipient.name),
            "locale": first.recipient.locale,
        }
        strict = _strict(current_app.jinja_env)
        text, html = (
            strict.get_template(f"emails/layout/mail.{kind}").render(**facts)
            for kind in ("txt", "html")
        )
    made["Subject"] = facts["subject"]
    _say(made, text, html)
    if invited:
        _invite(made, invited)
    return made


def _to_answer(store: Store, message: Message, letter: Letter, now: datetime) -> Letter:
    """With a link to say yes or no at, where it asks for that: in the place of the page that
    asks, or last."""
    found = answer_links.made(store, message, _config().secret_key, now)
    if found is None:
        return letter
    token, record = found
    address = link("calendar_answers.show_link", token=token)
    when = _teller(wording.day_and_time, message.recipient, read(store, HubSettings))
    with force_locale(message.recipient.locale):
        words = _("Yes or no to %(when)s, without signing in", when=when(record.starts_at))
    stay = [one for one in letter.paragraphs if not (one.link and message.template in _ASKING)]
    return replace(letter, paragraphs=(*stay, Paragraph(words, link=address)))


def address_of(message: Message) -> str:
    """Its reader's, but where it is about the one that they had before, or may have."""
    about = message.facts.get("old_address") or message.facts.get("new_address")
    return str(about or message.recipient.email or "")


def _say(made: EmailMessage, text: str, html: str) -> None:
    """The words in both forms. Whatever else a mail carries is one more alternative after them."""
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    for part in made.iter_parts():
        part.set_payload(_FROM.sub("=46rom ", str(part.get_payload())))


def invited(store: Store, message: Message, now: datetime) -> Invited | None:
    """The invitation that goes with a letter, if one does."""
    with force_locale(message.recipient.locale):
        key = _config().secret_key
        return invitations.invitation(store, message, key, now, wording.say, _page_of)


def _invite(made: EmailMessage, invited: Invited) -> None:
    """Last, what a calendar program reads (RFC 6047 section 2.4): the method stands in the type
    too. All mails about one event are one thread."""
    said = {"method": invited.method, "charset": "utf-8"}
    made.add_alternative(
        invited.octets, maintype="text", subtype="calendar", cte="base64", params=said
    )
    made["In-Reply-To"] = made["References"] = invited.thread


def _page_of(record: Session | Meeting) -> str:
    """Where its reader can say yes or no: a GET shows it, a POST answers."""
    if isinstance(record, Session):
        return link("sessions.show", ref=record.ref)
    return link("meetings.show", ref=record.group.ref, meeting_ref=record.ref)


def text(letters: Sequence[Letter]) -> str:
    """The same as a text for a phone: no greeting, and the words alone."""
    return "\n".join(line for letter in letters for line in _lines(letter))


def _lines(letter: Letter) -> Iterator[str]:
    for part in letter.paragraphs:
        yield from (line for line in (part.words, *part.things, part.link) if line)


def _sections(letters: Sequence[Letter]) -> list[tuple[str, list[Letter]]]:
    """Letters under their subjects: what is said of eight people needs one heading."""
    sections: dict[str, list[Letter]] = {}
    for letter in letters:
        sections.setdefault(letter.subject, []).append(letter)
    return list(sections.items())


def _subject(letters: Sequence[Letter]) -> str:
    """Its own, or where several are told at once, how many."""
    if len(letters) == 1:
        return letters[0].subject
    return str(ngettext("%(num)d thing for you", "%(num)d things for you", len(letters)))
