"""What every door does: know who asks, look up what they may see or 404, commit, go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

from flask import Response as File
from flask import abort, current_app, flash, g, redirect, render_template, request
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session as Store
from werkzeug.wrappers import Response

from supervisor import access, clock, paper, settings, wording
from supervisor.access import Viewer
from supervisor.errors import NotFound, OddAsk, Refused
from supervisor.extensions import db
from supervisor.models import Person
from supervisor.models.engine import write_from_now
from supervisor.rules.words import N_, Words
from supervisor.spreadsheets import Table
from supervisor.trail import looks, refusals
from supervisor.trail.refusals import Refusal

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
    person: Person = current_user.person
    return person


def viewer() -> Viewer:
    """Who looks, with the parts they play today; asked once a request."""
    if "viewer" not in g:
        g.viewer = access.viewer_of(store(), me(), hub_today())
    found: Viewer = g.viewer
    return found


def hub_today() -> date:
    """The day in the hub's zone."""
    return settings.hub_today(store(), clock.now())


def needs(*roles: str) -> Callable[[View], View]:
    """Let in whoever plays one of these parts; to others the page does not exist."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if roles and not viewer().roles & set(roles):
                g.refused = Refusal("page", str(request.endpoint))
                abort(404)
            me()
            return view(*args, **kwargs)

        guarded.__dict__["roles"] = roles
        return cast(View, guarded)

    return wrap


def find(record: type[Record], ref: str) -> Record:
    """The one with this id that the viewer may see, else 404."""
    found = look(record, ref)
    if found is None:
        _refuse(record, ref)
    if viewer().coordinator and (whose := looks.about(found)) is not None:
        looked_at(looks.PAGE, whose)
    return found


def looked_at(what: str, *whose: int | None) -> None:
    """What this page shows of whom, None for everybody; noted once it has been shown."""
    g.setdefault("looked", set()).update((one, what) for one in whose)


def _refuse(record: type[Any], ref: str) -> NoReturn:
    """The same answer whether there is one or not; the hub can read who asked."""
    g.refused = refusals.of_record(store(), record, _address(record), ref)
    abort(404)


def nothing() -> NoReturn:
    """There is no such thing here."""
    abort(404)


def day_in_address(text: str) -> date:
    """The day that an address names; 404 for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        nothing()


def their(ref: str) -> Person:
    """The reader themselves, or anybody for the hub; else 404."""
    person = find(Person, ref)
    if person.id != me().id and not viewer().coordinator:
        _refuse(Person, ref)
    return person


def look(record: type[Record], ref: str) -> Record | None:
    """The one with this id if the viewer may see it; what has a `link` is found by that alone."""
    query = access.visible(viewer(), record).where(_address(record) == ref)
    found: Record | None = store().scalar(query)
    return found


def _address(record: type[Any]) -> Any:
    columns = vars(record)
    return columns.get("link", columns["ref"])


def page_of(total: int, rows: int) -> tuple[int, int]:
    """Which page of a list is asked for by `?page=`, and how many there are; the last for any
    after it."""
    pages = max(1, -(-total // rows))
    page = min(request.args.get("page", 1, type=int), pages)
    if page < 1:
        abort(404)
    return page, pages


def sealed(what: Any, name: str) -> str:
    """A value for an address or a hidden field. It opens for this reader alone: nobody is led to
    send what somebody else wrote."""
    return str(_seal(name).dumps(what))


def unsealed(text: str, name: str) -> Any:
    """The value; None for any that was not sealed for this reader."""
    try:
        return _seal(name).loads(text)
    except BadData:
        return None


def _seal(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"{name} of {me().id}")


def same_site(path: str) -> str:
    """A path of this site, or nothing: an address that came with a request leads nowhere else."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if fine and path.isprintable() else ""


def back(usual: str) -> str:
    """Where the form says that it came from, else the usual page."""
    return same_site(request.form.get("next", "")) or usual


def done(url: str, said: str = "") -> Response:
    """Commit, say what was done on the next page, and go there."""
    store().commit()
    if said:
        flash(said)
    return redirect(url, code=303)


def keep_nothing() -> None:
    """Take back what was begun, and only read from now on: nobody waits to write until a page that
    says why is put together."""
    store().rollback()
    write_from_now(on=False)


def not_done(url: str, refusal: Refused) -> Response:
    """Keep nothing, say why on the next page, and go there; what is not there stays a 404."""
    if isinstance(refusal, NotFound):
        raise refusal
    keep_nothing()
    flash(words(refusal), "stop")
    return redirect(url, code=303)


def odd_ask(odd: OddAsk, whole: str) -> tuple[str, int]:
    """Says what of the address to change, and leads to all of it."""
    keep_nothing()
    heading = N_("There is no such part to show")
    page = render_template("errors/plain.html", heading=heading, words=words(odd), whole=whole)
    return page, 400


@contextmanager
def refusals_on(url: str) -> Iterator[None]:
    """What the act refuses is said on that page, and nothing of it is kept."""
    try:
        yield
    except Refused as refusal:
        abort(not_done(url, refusal))


def attachment(table: Table, name: str, form: str) -> File:
    """A table as a file to keep, its notes in the reader's language."""
    kind = paper.format_of(form)
    answer = File(kind.write(table, wording.say))
    answer.headers["Content-Type"] = kind.media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def words(refusal: Refused) -> str:
    """A refusal in the reader's language."""
    return wording.say(Words(refusal.words, refusal.facts))


def locale() -> str:
    """The reader's language: chosen on a page (cookie), else their own, else the browser's."""
    chosen = request.cookies.get("lang", "") if request else ""
    if chosen in LOCALES:
        return chosen
    if "alone" not in g and current_user and current_user.is_authenticated:
        return str(current_user.person.locale)
    return "en"
