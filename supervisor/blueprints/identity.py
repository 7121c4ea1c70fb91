"""What I share: who I am, part by part, seen and changed by nobody but me."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, identity
from supervisor.errors import Refused
from supervisor.identity import PRIVATE, Said
from supervisor.rules.kinds import Part, Vocabulary

bp = Blueprint("identity", __name__)
ANSWERS = {"yes": True, "no": False}


@bp.get("/shared")
@door.needs()
def mine() -> str:
    """What is written down, what of it is shared, and what for."""
    return _page()


def _page(refusal: Refused | None = None) -> str:
    store, me = door.store(), door.me()
    shares = me.identity.shares if me.identity else []
    return render_template(
        "identity/mine.html",
        lists=identity.vocabulary(store),
        own={kind: identity.own_words(me, kind) for kind in (*PRIVATE, Vocabulary.PERSPECTIVE)},
        identity=me.identity,
        since={one.part: one.agreed_on for one in shares if one.withdrawn_on is None},
        error=door.words(refusal) if refusal else "",
    )


@bp.post("/shared")
@door.needs()
def say() -> Response | tuple[str, int]:
    """Share what is ticked; the rest is taken back at once."""
    try:
        identity.say(door.store(), door.me(), _said(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(refusal), 422
    return door.done(url_for("identity.mine"), _("Saved. Only what you ticked is used."))


def _said() -> Said:
    return Said(
        words={kind: set(request.form.getlist(kind)) for kind in PRIVATE},
        rainbow=ANSWERS.get(request.form.get("rainbow", "")),
        youth_until=fields.a_day("youth_until") if request.form.get("youth_until") else None,
        shared={part for part in Part if part in request.form.getlist("share")},
    )
