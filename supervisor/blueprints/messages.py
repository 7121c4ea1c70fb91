"""What the hub hands over to those whom no mail reaches, and the mail that still waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, letters, replies, undelivered
from supervisor.letters import Letter
from supervisor.models import Message, Person, Session, Store, TextReply

bp = Blueprint("messages", __name__)


PARTS = ("hand", "back", "texts", "waiting")
"""What the hub says itself, what came back or was not taken, texts to read, and mail that waits."""


@bp.get("/messages")
@door.needs("coordinator")
def index() -> str:
    """To say by phone, text or on paper, each in its reader's language; and what mail waits."""
    store, now = door.store(), clock.now()
    found = undelivered.to_hand_over(store, now)
    parts: dict[str, Sequence[Card | Text]] = {
        "hand": _cards([one for one in found if not undelivered.came_back(one)]),
        "back": _cards([one for one in found if undelivered.came_back(one)]),
        "texts": _texts(now),
        "waiting": _cards(undelivered.mail_waiting(store, now)),
    }
    show = request.args.get("show", "")
    shown = show if show in PARTS else ""
    return render_template(
        "messages/index.html",
        parts=parts,
        shown=shown,
        lost=undelivered.without_mail(store, door.hub_today()),
    )


@dataclass
class Card:
    """All that one person is to be told: each thing once, though it was written twice."""

    messages: list[Message]
    letters: list[Letter]

    @property
    def person(self) -> Person:
        """Who is told."""
        return self.messages[0].recipient


@dataclass
class Text:
    """A text that somebody sent back, whose it may be, and what they were asked."""

    reply: TextReply
    people: list[Person]
    asked: list[Session]


def _texts(now: datetime) -> list[Text]:
    return [_text(reply, now) for reply in replies.to_look_at(door.store())]


def _text(reply: TextReply, now: datetime) -> Text:
    store = door.store()
    people = replies.people_of(store, reply.phone or "", now)
    asked = [one for person in people for one in replies.questions(store, person)]
    return Text(reply, people, asked)


def _cards(found: Sequence[Message]) -> list[Card]:
    """One for each person, whoever waits longest first."""
    store, now = door.store(), clock.now()
    cards: dict[int, Card] = {}
    for message in found:
        if letter := letters.of(store, message, now):
            card = cards.setdefault(message.recipient_id, Card([], []))
            card.messages.append(message)
            if not any(_says_the_same(letter, other) for other in card.letters):
                card.letters.append(letter)
    return list(cards.values())


def _says_the_same(one: Letter, other: Letter) -> bool:
    """The same words, or the same list of times under other words."""
    things = [part.things for part in one.paragraphs if part.things]
    return one == other or (
        bool(things) and things == [part.things for part in other.paragraphs if part.things]
    )


@bp.post("/messages/<ref>/handover")
@door.needs("coordinator")
def hand_over(ref: str) -> Response:
    """It was said, sent or printed; with `also` all that was said in one go."""
    name = _with_each(ref, undelivered.handed_over)
    return door.done(
        url_for("messages.index"), _("Written down: %(name)s has been told.", name=name)
    )


@bp.post("/messages/<ref>/another-try")
@door.needs("coordinator")
def try_again(ref: str) -> Response:
    """Send it once more; it goes within a minute."""
    name = _with_each(ref, undelivered.try_again)
    return door.done(url_for("messages.index"), _("We try again now to reach %(name)s.", name=name))


@bp.post("/messages/another-try")
@door.needs("coordinator")
def try_all_again() -> Response:
    """Send all that came back once more: it was not the addresses' fault."""
    undelivered.try_all_again(door.store(), door.me(), clock.now())
    return door.done(url_for("messages.index"), _("We try again now to reach all of them."))


@bp.post("/messages/<ref>/letting-go")
@door.needs("coordinator")
def let_go(ref: str) -> Response:
    """Nobody need say it any more."""
    name = _with_each(ref, undelivered.let_go)
    return door.done(url_for("messages.index"), _("Let go. %(name)s is not told of it.", name=name))


def _with_each(ref: str, act: Callable[[Store, Message, Person, datetime], None]) -> str:
    """Do it with a message and all that stand on its card; whose they are."""
    refs = dict.fromkeys([ref, *request.form.getlist("also")])
    for message in [door.find(Message, one) for one in refs]:
        act(door.store(), message, door.me(), clock.now())
    return message.recipient.name
