"""Who leads which meeting of a group: all of it for who leads it, their own turns for a member."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, led, people
from supervisor.errors import NotFound, Refused
from supervisor.groups import group_agreements, group_turns, hand_on, meetings, rota
from supervisor.models import Group, Person
from supervisor.viewers import leads

bp = Blueprint("rota", __name__)
NAMED = 8
"""How many people of a name are shown."""
AHEAD = 13
"""How many meetings ahead are shown."""


@bp.get("/groups/<ref>/rota")
@door.needs()
def show(ref: str) -> str:
    """Who leads when. `?who=` is whom the hub would like to ask."""
    group, store, now = door.find(Group, ref), door.store(), clock.now()
    if not leads(door.viewer(), group):
        return _own(group)
    who = request.args.get("who", "").strip()
    return render_template(
        "groups/rota.html", group=group, turns=rota.turns(store, group, now)[:AHEAD], who=who,
        leaders=group_turns.leaders(group), found=_named(who, group), members=_members(group),
        first=max(group.rota_from or door.hub_today(), door.hub_today()),
        members_who_lead={one.person_id for one in group.leaders if one.member},
    )  # fmt: skip


def _own(group: Group) -> str:
    """A member reads their own turns, once they have read what the group agrees on."""
    store, me = door.store(), door.me()
    if group_turns.leader_of(group, me.id) is None or group_agreements.to_read(store, group, me):
        abort(404)
    mine = hand_on.of_person(store, group, me, clock.now())[:AHEAD]
    yes = {one.id: meetings.coming(one) for one in mine}
    return render_template("groups/my_turns.html", group=group, mine=mine, yes=yes)


def _members(group: Group) -> list[Person]:
    """Members who could lead in turn and do not yet, where the kind of group allows it."""
    store = door.store()
    if not group_turns.members_may(store, group):
        return []
    known, here = group_turns.ids(group), group_agreements.members(store, group, clock.now())
    return [person for person in here if person.id not in known]


def _named(who: str, group: Group) -> list[Person]:
    """People of a name who do not lead it, for the hub alone."""
    if not who or not door.viewer().coordinator:
        return []
    known = group_turns.ids(group) | {one.id for one in _members(group)}
    found = people.directory(door.store(), door.hub_today(), who)
    return [person for person in found if person.id not in known][:NAMED]


def _here(ref: str) -> str:
    return url_for("rota.show", ref=ref)


@bp.post("/groups/<ref>/rota")
@door.needs()
def begin(ref: str) -> Response:
    """Deal the turns anew from a day on."""
    group = led.group_of(ref)
    with door.refusals_on(_here(ref)):
        rota.begin(door.store(), group, fields.a_day("first"), door.me(), clock.now())
    return door.done(_here(ref), _("The turns are dealt anew. Each is told of theirs."))


@bp.post("/groups/<ref>/rota/<person_ref>")
@door.needs()
def ask(ref: str, person_ref: str) -> Response:
    """Somebody leads in turn: the hub asks whom it likes, whoever leads the group its members."""
    group = led.group_of(ref)
    person = _among(group, person_ref)
    if person is None:
        person = _to_ask(group, person_ref)
        with door.refusals_on(_here(ref)):
            rota.ask(door.store(), group, person, door.me(), clock.now())
    said = _("%(name)s leads in turn now. Each is told of theirs.", name=person.name)
    return door.done(_here(ref), said)


def _among(group: Group, person_ref: str) -> Person | None:
    """Somebody who leads in turn already, as after a second press."""
    return next((one.person for one in group.leaders if one.person.ref == person_ref), None)


def _to_ask(group: Group, person_ref: str) -> Person:
    person = next((one for one in _members(group) if one.ref == person_ref), None)
    if person is None and not door.viewer().coordinator:
        abort(404)
    return person or door.find(Person, person_ref)


@bp.post("/groups/<ref>/rota/<person_ref>/end")
@door.needs()
def release(ref: str, person_ref: str) -> Response:
    """They lead in turn no more."""
    group = led.group_of(ref)
    person = _among(group, person_ref)
    if person is None:
        return door.done(_here(ref), _("That person leads no turns here any more."))
    rota.release(door.store(), group, person, door.me(), clock.now())
    after = url_for("groups.index") if person == door.me() else _here(ref)
    return door.done(after, _("%(name)s is asked no more, and is told.", name=person.name))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/leader")
@door.needs()
def give(ref: str, meeting_ref: str) -> Response:
    """Somebody else leads this one; where they can, the two swap."""
    group = led.group_of(ref)
    meeting, wanted = led.meeting_of(group, meeting_ref), request.form.get("leader", "")
    person = next((one for one in group_turns.leaders(group) if one.ref == wanted), None)
    if person is None:
        abort(404)
    with door.refusals_on(_here(ref)):
        swapped = hand_on.give(door.store(), meeting, person, door.me(), clock.now())
    two = _("%(name)s leads that one, and the two have swapped. Both are told.", name=person.name)
    one = _("%(name)s leads that one, and is told.", name=person.name)
    return door.done(_here(ref), two if swapped else one)


@bp.post("/groups/<ref>/meetings/<meeting_ref>/leader/end")
@door.needs()
def pass_on(ref: str, meeting_ref: str) -> Response:
    """I can not lead this one: the next is asked."""
    group, me = door.find(Group, ref), door.me()
    try:
        hand_on.pass_on(door.store(), led.meeting_of(group, meeting_ref), me, me, clock.now())
    except NotFound as none:
        if me.id not in group_turns.ids(group):
            raise
        return door.not_done(_here(ref), Refused(none.words))
    except Refused as refusal:
        return door.not_done(_here(ref), refusal)
    return door.done(_here(ref), _("Somebody else leads that one, and is told."))
