"""The hub's settings: every number that can be tuned, with its usual value beside it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import audit, clock, door, entitlements, fields, what_if
from supervisor.errors import Refused
from supervisor.reports import price_lists
from supervisor.rules.credit import CreditSettings
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.pace_facts import DeliverySettings, PaceSettings
from supervisor.rules.prices import PriceSettings
from supervisor.rules.words import Words
from supervisor.settings import HubSettings, read, save
from supervisor.tuning import credit_effects, tuning
from supervisor.tuning.tuning import GROUPS, SECTIONS
from supervisor.tuning.tuning_words import KNOBS
from supervisor.what_if import Effect

bp = Blueprint("settings", __name__)
COUNT_OTHERWISE = (PaceSettings, DeliverySettings, HubSettings)
"""Where everything stands follows from these."""


@bp.get("/settings")
@door.needs("coordinator")
def show() -> str:
    """The groups under their headings, and how many settings of each are not the usual ones."""
    sections = [(heading, [_row(group) for group in groups]) for heading, groups in SECTIONS]
    return render_template("settings/show.html", sections=sections)


def _row(group: type[Any]) -> tuple[str, str, int]:
    name = group.__name__
    return name, KNOBS[name].words, tuning.changed(read(door.store(), group))


@bp.get("/settings/<name>")
@door.needs("coordinator")
def group(name: str) -> str:
    """One group as a form."""
    kind = _known(name)
    values = {key: getattr(read(door.store(), kind), key) for key in tuning.knobs(kind)}
    return _form(name, values, {})


def _known(name: str) -> type[Any]:
    if name not in GROUPS:
        abort(404)
    return GROUPS[name]


def _form(
    name: str, values: Mapping[str, Any], wrong: Mapping[str, Words], effect: Effect | None = None,
    credit: credit_effects.Effect | None = None, seen: str = "",
) -> str:  # fmt: skip
    kind = GROUPS[name]
    return render_template(
        "settings/group.html",
        name=name,
        words=KNOBS[name].words,
        knobs=tuning.knobs(kind),
        usual=kind(),
        values=values,
        wrong=wrong,
        effect=effect,
        foreseen=kind is FitSettings,
        credit=credit,
        seen=seen,
        prices=price_lists.lists(door.store()) if kind is PriceSettings else None,
        today=door.hub_today(),
    )


def _seen(kept: CreditSettings) -> str:
    """What they have read the effect of: other values are read anew."""
    return str(sorted(asdict(kept).items()))


def _keep(kept: Any) -> None:
    store = door.store()
    before = read(store, type(kept))
    if isinstance(kept, PriceSettings):
        price_lists.change(store, kept, _from_on())
        return
    save(store, kept)
    if isinstance(kept, CreditSettings):
        credit_effects.settle(store, before, clock.now())
    elif isinstance(kept, COUNT_OTHERWISE) and kept != before:
        entitlements.look_at_all(store, clock.now())


def _from_on() -> date | None:
    """The first day of these prices; None puts right those that are there."""
    return fields.a_day("from_on") if request.form.get("from_on", "").strip() else None


@bp.post("/settings/<name>")
@door.needs("coordinator")
def change(name: str) -> Response | tuple[str, int]:
    """Keep one group. What cannot be understood is named beside its field with what was typed,
    and nothing is kept; nor is it where only what it would change is asked."""
    kept, wrong = tuning.understood(read(door.store(), _known(name)), request.form)
    if wrong:
        door.keep_nothing()
        return _form(name, request.form, wrong), 422
    if "look" in request.form and isinstance(kept, FitSettings):
        door.keep_nothing()
        return _form(name, request.form, {}, what_if.effect(door.store(), kept, clock.now())), 200
    if isinstance(kept, CreditSettings) and request.form.get("seen") != _seen(kept):
        door.keep_nothing()
        credit = credit_effects.effect(door.store(), kept, clock.now())
        return _form(name, request.form, {}, credit=credit, seen=_seen(kept)), 200
    try:
        _keep(kept)
    except Refused as refusal:
        return door.not_done(url_for("settings.group", name=name), refusal)
    audit.record(door.store(), clock.now(), door.me(), "change", "settings", name)
    return door.done(url_for("settings.show"), _("Saved: %(what)s.", what=_(KNOBS[name].words)))
