"""How and when a person is reached: their channel, and their hour on a working day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from supervisor.hours.closed_days import is_closed
from supervisor.hours.ways import region_of, zone_of
from supervisor.models import Message, Person, Store
from supervisor.rules.chats import may_go_to
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Channel
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, to_local, zone

SATURDAY = 5


@dataclass(frozen=True)
class MessageSettings:
    """How messages are carried, and when people are left in peace.

    A claim lasts `lease_seconds`; waiting doubles from `retry_minutes` with every try; after
    `trouble_after` tries the hub reaches the person another way, and after `give_up_after`, four to
    five days as mail servers do, it is tried no more. Where `refused_together` different addresses
    are turned away one after the other, the mail server is at fault. Mail that is `slow_minutes`
    late shows a banner, and so does a worker process silent for `silent_minutes`. From
    `quiet_from_hour` on nothing goes out until the next working day. `text_gateway` is an address
    as Apprise writes it, with `{phone}` in it; without one the hub sends texts by hand.
    A gateway brings what is texted back to `/texts/` and `text_secret`; without one nobody is asked
    to. `chat_services` are those to which a message may go, if its reader asks for it.
    """

    lease_seconds: int = 120
    retry_minutes: int = 1
    trouble_after: int = 3
    give_up_after: int = 33
    refused_together: int = 3
    slow_minutes: int = 15
    silent_minutes: int = 10
    quiet_from_hour: int = 18
    text_gateway: str = ""
    text_secret: str = ""
    chat_services: str = ""


NEVER_IN_CHAT = {"address_changed", "identity_question", "new_address", "sign_in"}
"""Letters that a chat service, somewhere abroad, is never given; nor is what is private."""


def channel_of(person: Person, services: str = "") -> Channel:
    """What they asked for, as far as it reaches them; paper reaches everybody. `services` are the
    chat services that may be used for what is to be said."""
    asked = Channel(person.contact_by)
    if asked is Channel.CHAT and may_go_to(person.chat, services):
        return asked
    if asked in {Channel.EMAIL, Channel.CHAT}:
        asked = Channel.EMAIL if person.mailbox else Channel.PHONE
    return Channel.PAPER if asked in {Channel.TEXT, Channel.PHONE} and not person.phone else asked


def wants_invitations(person: Person) -> bool:
    """Whether mail reaches them, and they did not say that they want none of these."""
    return channel_of(person) is Channel.EMAIL and person.invited


def channel_for(store: Store, message: Message) -> Channel:
    """The way of one message to its reader."""
    apart = message.private or message.template in NEVER_IN_CHAT
    services = "" if apart else read(store, MessageSettings).chat_services
    return channel_of(message.recipient, services)


def by_hand(store: Store, person: Person) -> bool:
    """Whether the hub has to tell them itself: no mail and no gateway reaches them."""
    return channel_of(person, read(store, MessageSettings).chat_services) not in carried(store)


def carried(store: Store) -> list[Channel]:
    """The ways that need nobody of the hub."""
    settings = read(store, MessageSettings)
    texts = [Channel.TEXT] if settings.text_gateway else []
    chats = [Channel.CHAT] if settings.chat_services else []
    return [Channel.EMAIL, *texts, *chats]


def answered_by_text(store: Store) -> bool:
    """Whether what is texted back comes in."""
    settings = read(store, MessageSettings)
    return bool(settings.text_gateway and settings.text_secret)


def texting(store: Store) -> bool:
    """Whether texts go out by themselves."""
    return bool(read(store, MessageSettings).text_gateway)


def next_hour(store: Store, person: Person, after: datetime) -> datetime:
    """The person's next hour, where they are, on a working day.

    When today's has passed, it is now, so that what happens in the morning is told that day;
    unless the evening has begun, or they have had their mail for today: one a day is enough.
    """
    hub = read(store, HubSettings)
    there, region = zone_of(person, hub), region_of(person, hub)
    local = to_local(after, there)
    day, hour = local.date(), local.hour
    passed = hour >= person.tell_at_hour
    quiet = hour >= read(store, MessageSettings).quiet_from_hour
    if passed and (quiet or _written_to_on(store, person, day, there)):
        day, passed = day + DAY, False
    while not is_working_day(day, region):
        day, passed = day + DAY, False
    return after if passed else _at(day, person.tell_at_hour, there)


def at_rest(store: Store, person: Person, now: datetime) -> bool:
    """Whether it is night, a weekend or a public holiday where they are. Whoever has their mail
    in the evening has an hour for it."""
    hub = read(store, HubSettings)
    local = to_local(now, zone_of(person, hub))
    evening = max(read(store, MessageSettings).quiet_from_hour, person.tell_at_hour + 1)
    by_day = person.tell_at_hour <= local.hour < evening
    return not (by_day and is_working_day(local.date(), region_of(person, hub)))


def days_later(store: Store, person: Person, at: datetime, days: int) -> datetime:
    """The beginning of the day so many days later, where they are."""
    there = zone_of(person, read(store, HubSettings))
    return midnight(to_local(at, there).date() + days * DAY, there)


def is_working_day(day: date, region: str) -> bool:
    """Neither a weekend nor a public holiday there."""
    return day.weekday() < SATURDAY and not is_closed(day, region)


def _at(day: date, hour: int, there: str) -> datetime:
    """That hour of the wall clock, whatever the clocks do that day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone(there))


def _written_to_on(store: Store, person: Person, day: date, there: str) -> bool:
    begins = midnight(day, there)
    return bool(
        store.scalar(
            select(
                exists().where(
                    Message.recipient_id == person.id,
                    Message.urgent.is_(False),
                    Message.sent_at >= begins,
                    Message.sent_at < begins + timedelta(days=1),
                )
            )
        )
    )
