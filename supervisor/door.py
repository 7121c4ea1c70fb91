"""What every door does: know who asks, look up what they may see or 404, commit, go on."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, flash, g, redirect, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session as Store
from werkzeug.wrappers import Response

from supervisor import access, clock
from supervisor.access import Viewer
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.models import Person
from supervisor.settings import HubSettings, read
from supervisor.zones import today

Record = TypeVar("Record")
View = TypeVar("View", bound=Callable[..., Any])
LOCALES = ("en", "mi")


def store() -> Store:
    """This request's handle to the database."""
    return db.session()


def me() -> Person:
    """The person who is signed in; anyone else gets the sign-in page by way of 401."""
    if not current_user.is_authenticated:
        abort(401)
    return current_user.person  # type: ignore[no-any-return]


def viewer() -> Viewer:
    """Who looks, with the parts they play today; asked once a request."""
    if "viewer" not in g:
        g.viewer = access.viewer_of(store(), me(), hub_today())
    return g.viewer  # type: ignore[no-any-return]


def hub_today() -> Any:
    """The day in the hub's zone."""
    return today(clock.now(), read(store(), HubSettings).time_zone)


def needs(*roles: str) -> Callable[[View], View]:
    """Let in whoever plays one of these parts; to others the page does not exist."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if roles and not viewer().roles & set(roles):
                abort(404)
            me()
            return view(*args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return wrap


def find(record: type[Record], ref: str) -> Record:
    """The one with this id that the viewer may see, else 404."""
    query = access.visible(viewer(), record).where(record.ref == ref)  # type: ignore[attr-defined]
    found: Record | None = store().scalar(query)
    if found is None:
        abort(404)
    return found


def done(url: str, said: str = "") -> Response:
    """Commit, say what was done on the next page, and go there."""
    store().commit()
    if said:
        flash(said)
    return redirect(url, code=303)


def words(refusal: Refused) -> str:
    """A refusal in the reader's language."""
    return str(gettext(refusal.words, **refusal.facts))


def locale() -> str:
    """The reader's language: chosen on a page (cookie), else their own, else the browser's."""
    chosen = request.cookies.get("lang", "") if request else ""
    if chosen in LOCALES:
        return chosen
    if current_user and current_user.is_authenticated:
        return str(current_user.person.locale)
    return "en"
