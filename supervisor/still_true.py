"""Whether a message still has something to say, asked just before it goes: what was answered
in between is not asked, and nobody is told of it as if it were open."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, exists, select

from supervisor.feeds import invitations, invited_records
from supervisor.feeds.invited_steps import Said
from supervisor.groups import meetings, on_and_off, seats
from supervisor.matches.match_offers import has_its_turn
from supervisor.models import (
    Confirmation,
    Debrief,
    DebriefAsk,
    Entitlement,
    Group,
    Match,
    Meeting,
    Message,
    Proposal,
    PulseAsk,
    Session,
    SoonerOffer,
    Store,
    Swap,
)
from supervisor.reach import wants_invitations
from supervisor.rooms.room_hours import where_of
from supervisor.rules.kinds import MatchState, Side
from supervisor.rules.swaps import Stage


def still_true(store: Store, message: Message) -> bool:
    """Letters that only tell what happened are always true."""
    holds = _HOLDS.get(message.template)
    return holds is None or holds(store, message)


def _to_choose(store: Store, message: Message) -> bool:
    """Somebody can be chosen, and nobody has been asked yet."""
    return _any_offer(
        store,
        Match.worker_yes_at.is_(None),
        has_its_turn(),
        Entitlement.link == message.facts["entitlement"],
    )


def _asked(store: Store, message: Message) -> bool:
    return _any_offer(store, Match.worker_yes_at.is_not(None), Match.ref == message.facts["match"])


def _unanswered(store: Store, message: Message) -> bool:
    """Alerts look for themselves who is asked; either way the offer has to be open."""
    match = message.alert.match if message.alert else None
    if match is None:
        return _any_offer(store, Match.ref == message.facts["match"])
    if match.worker_yes_at:
        return match.state == MatchState.OFFERED
    return _any_offer(store, Match.entitlement_id == match.entitlement_id, has_its_turn())


def _nobody_to_choose(store: Store, message: Message) -> bool:
    return not _any_offer(store, Entitlement.link == message.facts["entitlement"])


def _any_offer(store: Store, *which: ColumnElement[bool]) -> bool:
    query = select(Match.id).join(Match.entitlement)
    found = query.where(Match.state == MatchState.OFFERED, *which).limit(1)
    return store.scalar(found) is not None


def _unsaid(store: Store, message: Message) -> bool:
    """They have not said yet whether they met, and it was not called off."""
    ref = message.alert.session.ref if message.alert and message.alert.session else None
    session = store.scalar(
        select(Session).where(Session.ref == (ref or message.facts.get("session")))
    )
    if session is None or session.cancelled_at:
        return False
    worker = session.entitlement.person_id == message.recipient_id
    side = Side.WORKER if worker else Side.PROVIDER
    said = exists().where(Confirmation.session_id == session.id, Confirmation.side == side)
    return not store.scalar(select(said))


def _may_come(store: Store, message: Message) -> bool:
    """They have a seat, and have not said whether they come."""
    meeting = _meeting(store, message)
    return meeting is not None and message.recipient in meetings.silent(meeting)


def _short(store: Store, message: Message) -> bool:
    """Too few have said yes."""
    meeting = _meeting(store, message)
    return meeting is not None and meetings.coming(meeting) < meeting.group.minimum


def _meeting(store: Store, message: Message) -> Meeting | None:
    """The meeting of a group that it is about, if it was not called off."""
    ref = message.alert.meeting.ref if message.alert and message.alert.meeting else None
    about = Meeting.ref == (ref or message.facts.get("meeting"))
    return store.scalar(select(Meeting).where(about, Meeting.cancelled_at.is_(None)))


def _wanted(store: Store, message: Message) -> bool:
    """Somebody is seen to wait for a place."""
    group = store.scalar(select(Group).where(Group.ref == message.facts["group"]))
    return group is not None and bool(seats.queue(store, group, message.due_at))


def _to_swap(store: Store, message: Message) -> bool:
    """The other one has not answered yet."""
    return _swap_at(store, message) is Stage.ASKED


def _to_swap_for(store: Store, message: Message) -> bool:
    """Both agreed, and it is not done."""
    return _swap_at(store, message) is Stage.AGREED


def _swap_at(store: Store, message: Message) -> Stage | None:
    swap = store.scalar(select(Swap).where(Swap.ref == message.facts["swap"]))
    return swap.stage if swap else None


def _talk_open(store: Store, message: Message) -> bool:
    """Nobody has said yes, and it is still wanted."""
    talk = _talk(store, message)
    return talk is not None and talk.accepted_at is None


def _talk_asked(store: Store, message: Message) -> bool:
    """The same, and they have not said no."""
    ask = store.scalar(select(DebriefAsk).where(DebriefAsk.ref == message.facts["ask"]))
    return ask is not None and ask.declined_at is None and _talk_open(store, message)


def _talk_agreed(store: Store, message: Message) -> bool:
    """Somebody has said yes, and it is still wanted."""
    talk = _talk(store, message)
    return talk is not None and talk.accepted_at is not None


def _talk(store: Store, message: Message) -> Debrief | None:
    """The wish to talk that it is about, until it ends."""
    about = Debrief.ref == message.facts["talk"]
    return store.scalar(select(Debrief).where(about, Debrief.ended_at.is_(None)))


def _still_free(store: Store, message: Message) -> bool:
    """Nobody has answered it, and nobody else was quicker."""
    offer = store.scalar(select(SoonerOffer).where(SoonerOffer.ref == message.facts["offer"]))
    return offer is not None and offer.closed_at is None


def _to_keep(store: Store, message: Message) -> bool:
    """Times are still proposed: neither kept nor gone."""
    query = select(Proposal.id).join(Proposal.entitlement)
    theirs = Entitlement.link == message.facts["entitlement"]
    return store.scalar(query.where(theirs).limit(1)) is not None


def _still_meets_there(store: Store, message: Message) -> bool:
    """It is not called off, has not gone to another room since, and they come to it."""
    facts = message.facts
    if facts["group"] and not on_and_off.is_news(store, message):
        return False
    held = (
        store.scalar(select(Meeting).where(Meeting.ref == facts["meeting"]))
        if facts["group"]
        else store.scalar(select(Session).where(Session.ref == facts["session"]))
    )
    return held is not None and held.cancelled_at is None and where_of(held) == facts["where"]


def _tells_calendar(store: Store, message: Message) -> bool:
    """Their calendar has something else by mail, and they still want it to come so."""
    record, reader = invited_records.about(store, message), message.recipient
    if record is None or not wants_invitations(reader):
        return False
    all_ = Said(all_=invited_records.brings_all(message))
    return invitations.differs(store, reader, record, message.due_at, all_)


def _takes_out_of_calendar(_store: Store, message: Message) -> bool:
    """It is for a calendar alone."""
    return wants_invitations(message.recipient)


def _lies_open(store: Store, message: Message) -> bool:
    """The three questions were neither answered nor put away."""
    asked = store.get(PulseAsk, message.recipient_id)
    return bool(asked and asked.open)


_HOLDS: dict[str, Callable[[Store, Message], bool]] = {
    "calendar_entry": _tells_calendar,
    "match_offered": _to_choose,
    "match_asked": _asked,
    "offer_unanswered": _unanswered,
    "choices_wanted": _nobody_to_choose,
    "not_confirmed": _unsaid,
    "reply_which": _unsaid,
    "meeting_asked": _may_come,
    "meeting_called_off": on_and_off.is_news,
    "meeting_joined": on_and_off.is_news,
    "meeting_moved": on_and_off.is_news,
    "meeting_on": on_and_off.is_news,
    "meeting_room": _still_meets_there,
    "meeting_shared": on_and_off.is_news,
    "group_news": on_and_off.is_news,
    "group_short": _short,
    "plan_proposed": _to_keep,
    "pulse": _lies_open,
    "seat_wanted": _wanted,
    "series_shortened": _takes_out_of_calendar,
    "sooner_time": _still_free,
    "swap_asked": _to_swap,
    "swap_to_do": _to_swap_for,
    "talk_asked": _talk_asked,
    "talk_stands": _talk_open,
    "talk_open": _talk_open,
    "talk_found": _talk_agreed,
    "talk_agreed": _talk_agreed,
}
