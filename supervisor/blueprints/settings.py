"""The hub's settings: every number that can be tuned, with its usual value beside it."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import audit, clock, door, tuning
from supervisor.rules.words import Words
from supervisor.settings import read, save
from supervisor.tuning import GROUPS
from supervisor.tuning_words import KNOBS

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@door.needs("coordinator")
def show() -> str:
    """Every group with its values."""
    return _page("", {}, {})


@bp.post("/settings/<name>")
@door.needs("coordinator")
def change(name: str) -> Response | tuple[str, int]:
    """Keep one group; what cannot be understood is named, each beside its field, and nothing is
    kept."""
    if name not in GROUPS:
        abort(404)
    kept, wrong = tuning.understood(read(door.store(), GROUPS[name]), request.form)
    if wrong:
        return _page(name, request.form, wrong), 422
    save(door.store(), kept)
    audit.record(door.store(), clock.now(), door.me(), "change", "settings", name)
    return door.done(url_for("settings.show", _anchor=name), _("Saved."))


def _page(name: str, typed: Mapping[str, str], wrong: Mapping[str, Words]) -> str:
    """All groups; the one that was sent with what was typed, so that nothing is typed twice."""
    return render_template(
        "settings/show.html",
        panels={group: KNOBS[group].words for group in GROUPS},
        knobs={group: tuning.knobs(kind) for group, kind in GROUPS.items()},
        now={group: read(door.store(), kind) for group, kind in GROUPS.items()},
        usual={group: kind() for group, kind in GROUPS.items()},
        sent=name,
        typed=typed,
        wrong=wrong,
    )
