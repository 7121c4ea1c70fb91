"""Evidence packs, for the hub to take out: of a worker, an employer, a team or the district."""

from flask import Blueprint, current_app, request, url_for
from flask import Response as File
from werkzeug.wrappers import Response

from supervisor import clock, door, wording
from supervisor.config import Config
from supervisor.models import Person
from supervisor.reports import packs, report_asks
from supervisor.reports.packs import Keys, Scope

bp = Blueprint("packs", __name__)


@bp.post("/reports/pack")
@door.needs("coordinator")
def make() -> Response:
    """The file itself; that it was taken out is written down."""
    employer = request.form.get("organisation", "")
    scope = Scope(
        _named("person"),
        report_asks.organisation(door.store(), employer) if employer else None,
        _named("manager"),
    )
    hub: Config = current_app.config["HUB"]
    keys = Keys(hub.sealing_key, hub.secret_key if "nameless" in request.form else None)
    with door.refusals_on(door.back(url_for("reports.index"))):
        pack = packs.make(door.store(), scope, keys, wording.say, door.me(), clock.now())
    door.store().commit()
    answer = File(pack.content, mimetype="application/zip")
    name = f"evidence-{door.hub_today().isoformat()}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _named(field: str) -> Person | None:
    """Whom the form names; None where it is left open, and no page where there is nobody such."""
    ref = request.form.get(field, "")
    return door.find(Person, ref) if ref else None
