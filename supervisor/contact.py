"""How I am reached: the way, the address and the hour, chosen by each, or typed by the hub."""

import string
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor import audit, bounces, new_emails, undelivered
from supervisor.errors import Refused
from supervisor.models import NewEmail, Person, Store
from supervisor.reach import MessageSettings
from supervisor.rules.chats import may_go_to, names
from supervisor.rules.kinds import Channel
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.viewers import acting_for

HOURS = range(6, 21)
FEWEST = 6
DIALLED = {*string.digits, *" +-()/."}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. An empty zone is the hub's; `chat` is None where it stays."""

    by: Channel
    email: str
    phone: str
    hour: int
    zone: str
    locale: str
    chat: str | None = None


def change(
    store: Store, person: Person, wish: Wish, by: Person, link_base: str, now: datetime
) -> NewEmail | None:
    """Reach them so from now on. An own new address counts once it is confirmed, and is given
    back until then; one that the hub types was said to it."""
    behalf = acting_for(store, by, person)
    _check(store, person, wish)
    person.contact_by, person.tell_at_hour = wish.by, wish.hour
    person.phone, person.time_zone = wish.phone or None, wish.zone or None
    person.locale = wish.locale
    if wish.chat is not None:
        person.chat = wish.chat or None
    asked = _address(store, person, wish.email or None, by, link_base, now)
    audit.record(store, now, by, "change", "contact", person.ref, behalf)
    store.flush()
    return asked


def _address(
    store: Store, person: Person, email: str | None, by: Person, link_base: str, now: datetime
) -> NewEmail | None:
    if email == person.email:
        return None
    if email and by.id == person.id:
        return new_emails.ask(store, person, email, link_base, now)
    new_emails.take_back(store, person)
    new_emails.replace(store, person, email, now)
    return None


def works_again(store: Store, person: Person, by: Person, now: datetime) -> None:
    """The address is right after all: what was given up is tried again."""
    behalf = acting_for(store, by, person)
    bounces.works(person)
    undelivered.reachable_again(store, person, now)
    audit.record(store, now, by, "mend", "email", person.ref, behalf)
    store.flush()


def _check(store: Store, person: Person, wish: Wish) -> None:
    _check_email(store, person, wish.email)
    digits = sum(sign in string.digits for sign in wish.phone)
    if wish.phone and (digits < FEWEST or not set(wish.phone) <= DIALLED):
        raise Refused(N_("Write the number, like 021 555 0199."), field="phone")
    if wish.by is Channel.EMAIL and not wish.email:
        raise Refused(N_("Write the address to which we mail."), field="email")
    if wish.by in {Channel.TEXT, Channel.PHONE} and not wish.phone:
        raise Refused(N_("Write the number that we use."), field="phone")
    _check_chat(store, person, wish)


def _check_email(store: Store, person: Person, email: str) -> None:
    name, _at, host = email.partition("@")
    fine = name and host and "@" not in host and email.isprintable() and " " not in email
    if email and not fine:
        raise Refused(N_("Write your email, like ben@example.org."), field="email")
    taken = select(Person.id).where(Person.email == email, Person.id != person.id)
    if email and store.scalar(taken) is not None:
        raise Refused(new_emails.TAKEN, field="email")


def _check_chat(store: Store, person: Person, wish: Wish) -> None:
    allowed = read(store, MessageSettings).chat_services
    address = person.chat if wish.chat is None else wish.chat
    if (wish.chat or wish.by is Channel.CHAT) and not may_go_to(address, allowed):
        words = N_("Write an address of one of these, without options: %(services)s.")
        raise Refused(words, field="chat", services=names(allowed))
