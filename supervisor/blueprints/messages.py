"""What the hub hands over to those whom no mail reaches, and the mail that still waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, letters, messages
from supervisor.letters import Letter
from supervisor.models import Message, Person

bp = Blueprint("messages", __name__)


@bp.get("/messages")
@door.needs("coordinator")
def index() -> str:
    """To say by phone, text or on paper, each in its reader's language; and what mail waits."""
    store, now = door.store(), clock.now()
    by_hand = _cards(messages.to_hand_over(store, now))
    return render_template(
        "messages/index.html", by_hand=by_hand, waiting=_cards(messages.mail_waiting(store, now))
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
    refs = dict.fromkeys([ref, *request.form.getlist("also")])
    for message in [door.find(Message, one) for one in refs]:
        messages.handed_over(door.store(), message, door.me(), clock.now())
    name = message.recipient.name
    return door.done(
        url_for("messages.index"), _("Written down: %(name)s has been told.", name=name)
    )
