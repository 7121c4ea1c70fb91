"""My details: take out all that is held, ask that it be erased, or take that back."""

from flask import Blueprint, render_template, request, url_for
from flask import Response as File
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.privacy import erasures, my_data
from supervisor.trail import looks
from supervisor.wording import weekdays

bp = Blueprint("privacy", __name__)
ROWS = 20
"""Of who looked, as many stand open; the rest behind a press."""


@bp.get("/privacy")
@door.needs()
def mine() -> str:
    """What I can ask for, and how it stands."""
    asked = erasures.open_of(door.store(), door.me())
    due = erasures.due_on(door.store(), asked) if asked else None
    looked = looks.of(door.store(), door.me())
    return render_template("privacy/mine.html", asked=asked, due=due, looked=looked, rows=ROWS)


@bp.post("/privacy/copy")
@door.needs()
def copy() -> File:
    """All that is held about me, as a file; what may be nobody else's to see in one of its own.
    Nobody can take it out for me."""
    store, apart, now = door.store(), request.form.get("what") == "apart", clock.now()
    held = my_data.of(store, door.me(), apart=apart)
    title = _("What is yours alone") if apart else _("Everything about me")
    page = render_template(
        "privacy/copy.html", held=held, apart=apart, title=title, whose=door.me(), now=now,
        weekdays=weekdays(),
    )  # fmt: skip
    my_data.took_out(store, door.me(), now)
    store.commit()
    answer = File(my_data.zipped(held, page), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-details.zip"'
    return answer


@bp.post("/privacy/erasure")
@door.needs()
def ask() -> Response:
    """Ask that my details be erased."""
    erasures.ask(door.store(), door.me(), door.me(), clock.now())
    return door.done(url_for("privacy.mine"), _("The hub sees it, and answers you."))


@bp.post("/privacy/erasure/withdrawal")
@door.needs()
def take_back() -> Response:
    """I would like to stay."""
    here = url_for("privacy.mine")
    asked = erasures.open_of(door.store(), door.me())
    with door.refusals_on(here):
        if asked:
            erasures.take_back(door.store(), asked, door.me(), clock.now())
    return door.done(here, _("It is taken back. Nothing is erased."))
