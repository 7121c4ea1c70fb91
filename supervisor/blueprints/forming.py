"""Forming groups: who asked, have groups looked for, read them, make them with one press."""

from collections import Counter

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, fields
from supervisor.groups import forming, forming_times, group_wishes
from supervisor.groups.forming import Proposed
from supervisor.groups.forming_settings import FormingSettings
from supervisor.models import Forming, GroupWish
from supervisor.rules.kinds import GroupKind
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.wording import day, group_kind, mode_name

bp = Blueprint("forming", __name__)


@bp.get("/forming")
@door.needs("coordinator")
def index() -> str:
    """Who would like a group, of which kind, and from which towns."""
    store, now = door.store(), clock.now()
    asked = {kind: group_wishes.waiting(store, kind, now) for kind in GroupKind}
    return render_template(
        "groups/asked.html",
        asked={kind: some for kind, some in asked.items() if some},
        towns={kind: _towns(some) for kind, some in asked.items()},
        latest=forming.latest(store, now),
        now=now,
    )


def _towns(wishes: list[GroupWish]) -> list[tuple[str, int]]:
    places = (one.person.place for one in wishes)
    return Counter(place.name for place in places if place).most_common()


@bp.post("/forming")
@door.needs("coordinator")
def ask() -> Response:
    """Have groups of a kind looked for."""
    kind = fields.one_of(GroupKind, "kind", N_("Pick what kind of group it is."))
    made = forming.ask(door.store(), kind, door.me(), clock.now())
    return door.done(url_for("forming.show", ref=made.ref))


@bp.get("/forming/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """How far it has come; then who would be in which group, and who in none and why."""
    found, store, now = door.find(Forming, ref), door.store(), clock.now()
    groups = forming.proposed(store, found, now) if not found.made_at else []
    named = {one.number: _name(found, one) for one in groups}
    return render_template(
        "groups/forming.html",
        found=found,
        groups=[one for one in groups if not one.off],
        off=sum(one.off for one in groups),
        names=named,
        left=forming.left_out(store, found, now),
        usual=read(store, FormingSettings),
        rooms_kept=forming_times.are_kept(store),
    )


def _name(found: Forming, one: Proposed) -> str:
    """What it could be called."""
    kind = group_kind(found.kind)
    facts = {"kind": kind[:1].lower() + kind[1:], "day": day(one.first).split()[0]}
    if one.place:
        return str(_("%(day)s %(kind)s in %(place)s", place=one.place.name, **facts))
    return str(_("%(day)s %(kind)s by %(mode)s", mode=mode_name(one.mode).lower(), **facts))


@bp.post("/forming/<ref>/groups")
@door.needs("coordinator")
def make(ref: str) -> Response:
    """Make the groups under these names, and tell everybody."""
    found = door.find(Forming, ref)
    with door.refusals_on(url_for("forming.show", ref=ref)):
        typed = {n: fields.a_name(f"name-{n}") for n in range(len(found.rows or ()))}
        made = forming.make(door.store(), found, typed, door.me(), clock.now())
    said = ngettext("%(num)d group is made. Everybody in it is told.",
                    "%(num)d groups are made. Everybody in them is told.", len(made))  # fmt: skip
    return door.done(url_for("forming.show", ref=ref), said)
