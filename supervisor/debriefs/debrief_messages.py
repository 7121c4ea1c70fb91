"""Who is told what of a wish to talk: at once, at any hour, never at work, and without a name."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from supervisor import messages
from supervisor.debriefs.debrief_people import (
    DebriefSettings,
    at_night,
    often,
    soonest,
    ways,
)
from supervisor.models import Debrief, DebriefAsk, Message, Person, Store
from supervisor.reach import texting
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Channel
from supervisor.settings import read
from supervisor.viewers import coordinators


def about(debrief: Debrief, what: str = "") -> str:
    """The cause of its messages; each begins so."""
    return f"talk:{debrief.ref}:{what}"


def truth(store: Store, debrief: Debrief, now: datetime) -> dict[str, Any]:
    """How it stands, in facts that a page and a message tell alike. Of somebody who was `chosen`
    nobody learns whether they could be asked: neither number nor hours are said."""
    assert debrief.person
    asked = [ask.person for ask in debrief.asks if ask.declined_at is None]
    free = any(at == now for at in soonest(store, asked, now).values())
    ahead = debrief.next_at is not None and debrief.next_at > now
    return {
        "night": at_night(store, debrief.person, now),
        "chosen": debrief.whom != Whom.ANOTHER,
        "free": free,
        "asked": len(debrief.asks),
        "more": debrief.next_at.isoformat() if debrief.next_at and ahead else "",
        "soon": debrief.next_at is not None and not ahead,
        "hub_first": often(store, debrief),
        "hub_told": debrief.hub_told_at is not None,
        "by_hub": debrief.asked_by_id is not None,
    }


def tell_asked(store: Store, ask: DebriefAsk, now: datetime) -> None:
    """Ask somebody; they read no name."""
    assert ask.debrief.person
    night = at_night(store, ask.person, now)
    facts = {"ask": ask.ref, "way": ask.debrief.way, "night": night}
    _to_asked(store, ask, "talk_asked", facts, now, step="ask")


def tell_how_it_stands(store: Store, debrief: Debrief, now: datetime) -> None:
    """Tell the worker; once for each step."""
    facts = truth(store, debrief, now)
    step = f"told{facts['asked']}{'h' if facts['hub_told'] else ''}{'' if facts['more'] else 'e'}"
    messages.drop_earlier(store, about(debrief, "told"), now, but=about(debrief, step))
    _to_worker(store, debrief, "talk_stands", facts, now, step=step)


def tell_agreed(store: Store, ask: DebriefAsk, now: datetime) -> None:
    """Tell both that it is on, and the others kindly that somebody has taken it."""
    debrief = ask.debrief
    assert debrief.starts_at
    at = {"at": debrief.starts_at.isoformat(), "soon": debrief.starts_at <= now}
    tell_no_more(store, debrief, now, taken=True, but=ask)
    _to_worker(store, debrief, "talk_found", at, now, step=f"yes{ask.ref}")
    _to_who_rang(store, debrief, "talk_news", now, step=f"yes{ask.ref}")
    _to_asked(store, ask, "talk_agreed", at | {"ask": ask.ref}, now, step=f"yes{at['at']}")


def tell_no_more(
    store: Store,
    debrief: Debrief,
    now: datetime,
    *,
    taken: bool = False,
    but: DebriefAsk | None = None,
) -> None:
    """Tell those who read that they were asked; what nobody has read yet is taken back."""
    messages.drop_earlier(store, about(debrief), now)
    read_it = select(Message.recipient_id).where(
        Message.cause == about(debrief, "ask"), Message.sent_at.is_not(None)
    )
    told = set(store.scalars(read_it))
    for ask in debrief.asks:
        if ask is not but and ask.declined_at is None and ask.person_id in told:
            _to_asked(store, ask, "talk_over", {"taken": taken}, now, step=f"over{taken}")


def tell_off(store: Store, debrief: Debrief, by: Person, now: datetime) -> None:
    """Tell the other side that the call is off."""
    if by.id != debrief.person_id:
        _to_worker(store, debrief, "talk_off", {}, now, step=f"off{now.isoformat()}")
        _to_who_rang(store, debrief, "talk_news", now, step=f"off{now.isoformat()}")
        return
    for ask in debrief.asks:
        if ask.person_id == debrief.accepted_by_id:
            _to_asked(store, ask, "talk_over", {"taken": False}, now, step="off")


def tell_hub(store: Store, debrief: Debrief, now: datetime) -> None:
    """Tell the hub that one is open, and nothing else: by its own way, and by text as well."""
    facts, cause = {"talk": debrief.ref}, about(debrief, "hub")
    for person in coordinators(store):
        messages.tell(store, person, cause, "talk_open", facts, now, urgent=True)
        if texting(store) and person.phone and person.contact_by != Channel.TEXT:
            text = Message(
                cause=cause, recipient=person, template="talk_open", facts=facts, urgent=True,
                channel=Channel.TEXT,
            )  # fmt: skip
            messages.write(store, text, now)


def _to_worker(
    store: Store,
    debrief: Debrief,
    template: str,
    facts: dict[str, Any],
    now: datetime,
    *,
    step: str,
) -> None:
    assert debrief.person
    channel = ways(store).of_worker(debrief.person)
    message = Message(recipient=debrief.person, channel=channel, template=template, facts=facts)
    _write(store, debrief, message, step, now)


def _to_who_rang(
    store: Store, debrief: Debrief, template: str, now: datetime, *, step: str
) -> None:
    """Whoever of the hub asked for them rings them with the news; the letter names nobody."""
    if debrief.asked_by:
        channel = ways(store).of_asked(debrief.asked_by)
        message = Message(
            recipient=debrief.asked_by, channel=channel, template=template, facts={}
        )  # fmt: skip
        _write(store, debrief, message, f"news{step}", now)


def _to_asked(
    store: Store,
    ask: DebriefAsk,
    template: str,
    facts: dict[str, Any],
    now: datetime,
    *,
    step: str,
) -> None:
    channel = ways(store).of_asked(ask.person)
    message = Message(recipient=ask.person, channel=channel, template=template, facts=facts)
    _write(store, ask.debrief, message, step, now)


def _write(store: Store, debrief: Debrief, message: Message, step: str, now: datetime) -> None:
    """In the outbox, out of the hub's sight; it helps for as long as the wish can be open."""
    if message.channel is None:
        return
    message.cause = about(debrief, step)
    message.facts = message.facts | {"talk": debrief.ref}
    message.urgent = message.private = True
    message.until_at = now + timedelta(hours=read(store, DebriefSettings).open_hours)
    messages.write(store, message, now)
