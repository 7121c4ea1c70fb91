"""Every letter as its reader gets it, with invented facts: read by the hub before anybody does."""

from typing import Any, Literal

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from supervisor import clock, door, letters, texts
from supervisor.letter_samples import SAMPLES, facts_of
from supervisor.letters import Letter
from supervisor.models import Message, Person
from supervisor.rules.kinds import Channel

bp = Blueprint("letters", __name__)
READER = {"name": "Ben Harris", "email": "ben@example.org", "phone": "021 555 0199"}
FRAMED = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
IN_FRAME = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""A mail brings its own looks, and no press in it leads anywhere from here."""


@bp.get("/letters")
@door.needs("coordinator")
def index() -> str | Redirect:
    """All of them, by their subjects; the one that is picked is a page of its own."""
    picked = request.args.get("letter")
    if picked:
        return redirect(url_for("letters.show", name=picked))
    return render_template("letters/index.html", rows=_rows())


def _rows() -> list[tuple[str, str]]:
    first = dict(reversed(SAMPLES))
    found = [(name, _written(name, first[name], door.locale())[1].subject) for name in first]
    return sorted(found, key=lambda row: (row[1], row[0]))


@bp.get("/letters/<name>")
@door.needs("coordinator")
def show(name: str) -> Response:
    """One letter: by mail in both forms, and as a text for a phone."""
    message, letter = _asked_for(name)
    message.channel = Channel.TEXT
    said = letters.as_said(door.store(), message, clock.now())
    words = letters.text([said] if said else [])
    answer = make_response(
        render_template(
            "letters/show.html",
            name=name,
            letter=letter,
            plain=_part(message, letter, "plain"),
            words=words,
            texts=texts.parts(words),
            forms=len(facts_of(name)),
            form=_form(name),
            spoken=message.recipient.locale,
        )
    )
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


@bp.get("/letters/<name>/mail")
@door.needs("coordinator")
def html(name: str) -> Response:
    """The HTML of its mail alone, for the frame that shows it."""
    message, letter = _asked_for(name)
    answer = make_response(_part(message, letter, "html"))
    answer.headers["Content-Security-Policy"] = IN_FRAME
    return answer


def _asked_for(name: str) -> tuple[Message, Letter]:
    """In the language and the form that the address names."""
    found = facts_of(name)
    if not found:
        door.nothing()
    spoken = request.args.get("in", door.locale())
    return _written(name, found[_form(name) - 1], spoken if spoken in door.LOCALES else "en")


def _form(name: str) -> int:
    """Which of its forms, from one."""
    asked = request.args.get("form", 1, type=int)
    return min(max(asked, 1), len(facts_of(name)))


def _written(name: str, facts: dict[str, Any], spoken: str) -> tuple[Message, Letter]:
    """To somebody who is nobody: neither is ever kept."""
    reader = Person(**READER, locale=spoken, contact_by=Channel.EMAIL, invited=True)
    message = Message(
        recipient=reader, template=name, facts=facts, channel=Channel.EMAIL, message_id="<1@here>"
    )
    letter = letters.as_said(door.store(), message, clock.now())
    assert letter
    return message, letter


def _part(message: Message, letter: Letter, kind: Literal["plain", "html"]) -> str:
    """One form of the mail that carries it, as it would be sent."""
    body = letters.mail(door.store(), [message], [letter], clock.now()).get_body((kind,))
    assert body
    return str(body.get_content())
