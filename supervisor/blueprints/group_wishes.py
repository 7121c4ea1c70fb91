"""I would like a group: said by oneself, or typed by the hub for somebody on the phone."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door
from supervisor.errors import Refused
from supervisor.groups import group_wishes
from supervisor.models import GroupWish, Person

bp = Blueprint("group_wishes", __name__)
ASKING = ("worker", "provider", "coordinator")


@bp.get("/people/<ref>/group-wishes")
@door.needs(*ASKING)
def show(ref: str) -> str:
    """What is asked for, and what can be."""
    return _page(door.their(ref))


def _page(person: Person, error: str = "") -> str:
    store = door.store()
    return render_template(
        "groups/wish.html",
        who=person,
        mine=person.id == door.me().id,
        wishes=group_wishes.of_person(store, person),
        kinds=group_wishes.kinds_for(store, person, clock.now()),
        error=error,
    )


@bp.post("/people/<ref>/group-wishes")
@door.needs(*ASKING)
def ask(ref: str) -> Response | tuple[str, int]:
    """They would like one."""
    person, kind = door.their(ref), request.form.get("kind", "")
    modes = request.form.getlist("mode")
    try:
        group_wishes.ask(door.store(), person, kind, modes, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.their(ref), door.words(refusal)), 422
    return door.done(_home(ref), _("Thank you. The hub looks for a group and tells you."))


@bp.post("/people/<ref>/group-wishes/<wish_ref>/end")
@door.needs(*ASKING)
def take_back(ref: str, wish_ref: str) -> Response:
    """They would rather not."""
    person, wish = door.their(ref), door.find(GroupWish, wish_ref)
    if wish.person_id != person.id:
        abort(404)
    group_wishes.take_back(door.store(), wish, door.me(), clock.now())
    return door.done(_home(ref), _("Taken back. You can ask again at any time."))


def _home(ref: str) -> str:
    return url_for("group_wishes.show", ref=ref)
