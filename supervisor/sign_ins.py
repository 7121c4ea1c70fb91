"""Signing in by a mailed link, and the record behind every device that is signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update

from supervisor import audit, messages, throttle
from supervisor.errors import Refused
from supervisor.models import Message, Person, SignIn, SignInLink, Store
from supervisor.rules.kinds import Channel
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.throttle import ThrottleSettings
from supervisor.zones import today

LINK_GONE = N_("That link has been used, or is too old. Ask for a new one.")
LAST_DAY_OVER = N_("By our notes your last day here is over. If it is not, ring the hub.")
LASTS = select(SignIn).where(
    SignIn.token_hash == bindparam("hashed"),
    SignIn.ended_at.is_(None),
    SignIn.seen_at > bindparam("seen_after"),
    SignIn.began_at > bindparam("began_after"),
)
"""The question of every request, put together once."""


@dataclass(frozen=True)
class SignInSettings:
    """Minutes that a link works; days a device stays signed in, idle and at most; days in which a
    new address can be confirmed."""

    link_minutes: int = 10
    idle_days: int = 30
    longest_days: int = 180
    seen_every_minutes: int = 15
    address_days: int = 7


def hashed(token: str) -> str:
    """What is kept of a token: enough to know it again, never to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def ask(store: Store, email: str, address: str, link_base: str, now: datetime) -> None:
    """Mail a link if the address is known; nothing shows whether it was, the time it takes
    neither: for an unknown one the same is written and taken back.

    Refused after too many tries, for known and unknown alike.
    """
    limits = read(store, ThrottleSettings)
    email = email.strip().lower()
    mailbox_ok = throttle.allowed(store, "sign_in", email, limits.per_mailbox, limits.minutes, now)
    address_ok = throttle.allowed(
        store, "sign_in_from", address, limits.per_address, limits.minutes, now
    )
    if not (mailbox_ok and address_ok):
        raise Refused(
            N_("That was many tries. Wait %(minutes)d minutes, then try again."),
            field="email", minutes=limits.minutes,
        )  # fmt: skip
    person = _of_mailbox(store, email, now)
    anybody = person or store.scalar(select(Person).limit(1))
    if anybody:
        with store.begin_nested() as kept:
            _mail_link(store, anybody, link_base, now)
            if person is None:
                kept.rollback()


def _of_mailbox(store: Store, email: str, now: datetime) -> Person | None:
    """Whose address it is; until their last day is over they come in."""
    person = store.scalar(select(Person).where(Person.email == email))
    return None if person and has_left(store, person, now) else person


def has_left(store: Store, person: Person, now: datetime) -> bool:
    """Whether their last day is over at the hub."""
    return is_over(person.left_on, now, read(store, HubSettings))


def is_over(last: date | None, now: datetime, hub: HubSettings) -> bool:
    """Whether a last day is over at the hub; None: there is none yet."""
    return last is not None and last < today(now, hub.time_zone)


def _mail_link(store: Store, person: Person, link_base: str, now: datetime) -> None:
    """By mail, whatever way they like best: that is what was asked for. Useless once it ends."""
    token, minutes = link_for(store, person, now), read(store, SignInSettings).link_minutes
    message = Message(
        cause=f"sign_in:{hashed(token)[:16]}",
        recipient=person,
        channel=Channel.EMAIL,
        template="sign_in",
        facts={"url": f"{link_base}/{token}", "minutes": minutes},
        urgent=True,
        until_at=now + timedelta(minutes=minutes),
    )
    messages.write(store, message, now)


def link_for(store: Store, person: Person, now: datetime) -> str:
    """A new link's token, to be mailed or handed over; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    ends = now + timedelta(minutes=read(store, SignInSettings).link_minutes)
    store.add(SignInLink(person_id=person.id, token_hash=hashed(token), made_at=now, ends_at=ends))
    store.flush()
    return token


def use(store: Store, token: str, now: datetime) -> Person:
    """Consume a link: it works once. Of two who press at once, one gets in; who has left reads
    why they do not."""
    used = store.execute(
        update(SignInLink)
        .where(
            SignInLink.token_hash == hashed(token),
            SignInLink.used_at.is_(None),
            SignInLink.ends_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.person_id)
    ).scalar()
    if used is None:
        raise Refused(LINK_GONE)
    person = store.get_one(Person, used)
    if has_left(store, person, now):
        raise Refused(LAST_DAY_OVER)
    return person


def begin(store: Store, person: Person, device: str, now: datetime) -> str:
    """Sign a device in; the token is its cookie, and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    store.add(
        SignIn(
            person_id=person.id,
            token_hash=hashed(token),
            device=device[:200],
            began_at=now,
            seen_at=now,
        )
    )
    audit.record(store, now, person, "sign_in", "person", audit.of(person))
    store.flush()
    return token


def found(store: Store, token: str, now: datetime) -> SignIn | None:
    """The sign-in of a cookie while it lasts; asked on every request."""
    limits = read(store, SignInSettings)
    asked = {
        "hashed": hashed(token),
        "seen_after": now - timedelta(days=limits.idle_days),
        "began_after": now - timedelta(days=limits.longest_days),
    }
    sign_in = store.scalar(LASTS, asked)
    gone = sign_in and has_left(store, sign_in.person, now)
    return None if gone else sign_in


def is_news(store: Store, sign_in: SignIn, now: datetime) -> bool:
    """Whether it is time to note again that the device was here."""
    every = timedelta(minutes=read(store, SignInSettings).seen_every_minutes)
    return now - sign_in.seen_at >= every


def seen(store: Store, sign_in: SignIn, now: datetime) -> None:
    """Note that the device was here."""
    sign_in.seen_at = now
    store.flush()


def end(store: Store, sign_in: SignIn, now: datetime) -> None:
    """Sign a device out; its very next request obeys."""
    sign_in.ended_at = now
    audit.record(store, now, sign_in.person, "sign_out", "person", audit.of(sign_in.person))


def devices(store: Store, person: Person) -> list[SignIn]:
    """Where a person is signed in, latest first."""
    query = select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    return list(store.scalars(query.order_by(SignIn.seen_at.desc())))
