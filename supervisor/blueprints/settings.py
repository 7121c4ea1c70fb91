"""The hub's settings: every number that can be tuned, with its default beside it."""

from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import audit, clock, door
from supervisor.errors import Refused
from supervisor.rules.words import N_
from supervisor.settings import read, save
from supervisor.tuning import GROUPS

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@door.needs("coordinator")
def show() -> str:
    """Every group with its values."""
    return _page({})


@bp.post("/settings/<name>")
@door.needs("coordinator")
def change(name: str) -> Response | tuple[str, int]:
    """Keep one group; a value that cannot be understood is named and nothing is kept."""
    if name not in GROUPS:
        abort(404)
    try:
        values = _given(GROUPS[name])
    except Refused as refusal:
        return _page({(name, refusal.field): door.words(refusal)}), 422
    save(door.store(), GROUPS[name](**values))
    audit.record(door.store(), clock.now(), door.me(), "change", "settings", name)
    return door.done(url_for("settings.show", _anchor=name), _("Saved."))


def _page(wrong: dict[Any, str]) -> str:
    groups = {name: read(door.store(), group) for name, group in GROUPS.items()}
    defaults = {name: asdict(group()) for name, group in GROUPS.items()}
    return render_template("settings/show.html", groups=groups, defaults=defaults, wrong=wrong)


def _given(group: type[Any]) -> dict[str, Any]:
    now = asdict(read(door.store(), group))
    return {
        field.name: _value(field.name, now[field.name])
        for field in fields(group)
        if isinstance(now[field.name], bool | int | float | str)
    }


def _value(name: str, current: Any) -> Any:
    """The form's value in the type that the setting has."""
    if isinstance(current, bool):
        return name in request.form
    given = request.form.get(name, "").strip()
    if isinstance(current, str):
        return given
    try:
        number = type(current)(given)
    except ValueError:
        number = -1
    if number < 0:
        raise Refused(N_("Write a number, like %(now)s."), field=name, now=current)
    return number
