"""An own new address counts once a link that was mailed there is pressed.

Who typed it may have slipped, or may be somebody at a device that was left open: until then the
one before stays the way to reach them, and the way in.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from supervisor import audit, messages, throttle, undelivered
from supervisor.errors import Refused
from supervisor.models import Message, NewEmail, Person, Store
from supervisor.rules.kinds import Channel
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.sign_ins import SignInSettings, hashed
from supervisor.throttle import ThrottleSettings

OVER = N_("This link is over, or it was used. Write the address once more.")
TAKEN = N_("We cannot use that address. Ring the hub.")
MANY = N_("That was many tries. Wait %(minutes)d minutes, then try again.")


def ask(store: Store, person: Person, email: str, link_base: str, now: datetime) -> NewEmail:
    """Mail a link there. A later address takes the place of an earlier one."""
    limits = read(store, ThrottleSettings)
    if not throttle.allowed(
        store, "new_email", person.ref, limits.per_mailbox, limits.minutes, now
    ):
        raise Refused(MANY, field="email", minutes=limits.minutes)
    take_back(store, person)
    token, days = secrets.token_urlsafe(32), read(store, SignInSettings).address_days
    asked = NewEmail(
        person_id=person.id, email=email, token_hash=hashed(token), asked_at=now,
        ends_at=now + timedelta(days=days),
    )  # fmt: skip
    store.add(asked)
    store.flush()
    _mail(store, person, asked, f"{link_base}/{token}", now)
    return asked


def _mail(store: Store, person: Person, asked: NewEmail, url: str, now: datetime) -> None:
    message = Message(
        cause=f"new_email:{asked.token_hash[:16]}", recipient=person, template="new_address",
        channel=Channel.EMAIL, facts={"new_address": asked.email, "url": url}, urgent=True,
        until_at=asked.ends_at,
    )  # fmt: skip
    messages.write(store, message, now)


def waiting(store: Store, person: Person, now: datetime) -> NewEmail | None:
    """The address whose link they have not pressed yet."""
    mine = NewEmail.person_id == person.id, NewEmail.ends_at > now
    return store.scalar(select(NewEmail).where(*mine))


def take_back(store: Store, person: Person) -> None:
    """It stays as it was; a link that is under way leads nowhere."""
    store.execute(delete(NewEmail).where(NewEmail.person_id == person.id))


def confirm(store: Store, token: str, now: datetime) -> Person:
    """From now on this address counts. A link works once."""
    where = NewEmail.token_hash == hashed(token), NewEmail.ends_at > now
    asked = store.scalar(select(NewEmail).where(*where).with_for_update())
    if asked is None:
        raise Refused(OVER)
    person, email = store.get_one(Person, asked.person_id), asked.email
    take_back(store, person)
    if store.scalar(select(Person.id).where(Person.email == email, Person.id != person.id)):
        raise Refused(TAKEN)
    replace(store, person, email, now)
    audit.record(store, now, person, "confirm", "email", person.ref)
    store.flush()
    return person


def replace(store: Store, person: Person, email: str | None, now: datetime) -> None:
    """What was given up goes to the new one. The old one is told, where mail arrives there:
    somebody else may have changed it."""
    old, failed_at = person.email, person.email_failed_at
    person.email = email
    store.flush()
    undelivered.reachable_again(store, person, now)
    if old and not failed_at:
        told = Message(
            cause=f"address:{now.isoformat()}", recipient=person, template="address_changed",
            channel=Channel.EMAIL, facts={"old_address": old}, urgent=True,
        )  # fmt: skip
        messages.write(store, told, now)
