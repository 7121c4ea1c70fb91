"""What is written down in passing, though somebody only looked: none of it may spoil the look."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from supervisor import clock, door
from supervisor.models import unkept
from supervisor.models.engine import writing
from supervisor.models.unkept import Unkept
from supervisor.trail import looks, refusals

Made = TypeVar("Made")


def write(act: Callable[[], Made]) -> Made | None:
    """What a look writes down, and commits. Where there is no room for it the look goes on all the
    same, without."""
    door.store().rollback()
    try:
        with writing():
            made = act()
            door.store().commit()
    except DBAPIError as error:
        door.store().rollback()
        if unkept.why(error) is not Unkept.NO_ROOM:
            raise
        current_app.logger.warning("nothing could be noted: %s", error.orig)
        return None
    return made


def note_looks(response: Response) -> Response:
    """Who was shown what is about somebody is written down, for them to read."""
    seen = g.pop("looked", set())
    if seen and request.method == "GET" and response.status_code == 200:
        door.store().rollback()
        if news := looks.news(door.store(), door.me(), seen, clock.now()):
            write(lambda: looks.note(door.store(), door.me(), news, clock.now()))
    return response


def note_refusal(response: Response) -> Response:
    """What somebody who is signed in did not get is written down, though they only looked.
    Nothing in the answer shows it."""
    asked = response.status_code == 404 and request.endpoint not in {None, "static"}
    if asked and current_user.is_authenticated:
        refusal = g.pop("refused", None) or refusals.unknown(request.path)
        door.store().rollback()
        if refusals.is_news(door.store(), door.me(), refusal, clock.now()):
            write(lambda: refusals.note(door.store(), door.me(), refusal, clock.now()))
    return response
