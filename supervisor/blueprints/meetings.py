"""The meetings of a group: say whether I come, go ahead, move, call off, and who came."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, led
from supervisor.errors import NotFound, Refused
from supervisor.groups import group_times, group_views, meetings, other_times, past_meetings
from supervisor.models import Group, Meeting, Person
from supervisor.rules.words import N_
from supervisor.viewers import leads

bp = Blueprint("meetings", __name__)
Page = Response | tuple[str, int]
PAGE = 20
"""How many past meetings one page shows."""


def _home(ref: str) -> str:
    return url_for("groups.show", ref=ref)


@bp.post("/groups/<ref>/meetings/<meeting_ref>/answer")
@door.needs()
def answer(ref: str, meeting_ref: str) -> Response:
    """Say whether I will come."""
    meeting = led.meeting_of(door.find(Group, ref), meeting_ref)
    with door.refusals_on(_home(ref)):
        coming = fields.yes_or_no("coming")
        meetings.answer(door.store(), meeting, door.me(), coming, clock.now())
    said = _("Thank you. Whoever leads the group sees it.")
    return door.done(_home(ref), said if coming else _("Noted. See you next time."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/answers/<person_ref>")
@door.needs("coordinator")
def answer_for(ref: str, meeting_ref: str, person_ref: str) -> Response:
    """The hub types what somebody says on the phone."""
    meeting, person = (
        led.meeting_of(door.find(Group, ref), meeting_ref),
        door.find(Person, person_ref),
    )
    with door.refusals_on(_home(ref)):
        coming = fields.yes_or_no("coming")
        meetings.answer(door.store(), meeting, person, coming, clock.now(), door.me())
    return door.done(_home(ref), _("That is written down."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/questions")
@door.needs()
def ask(ref: str, meeting_ref: str) -> Response:
    """Ask whoever has not said."""
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    with door.refusals_on(_home(ref)):
        asked = meetings.ask_silent(door.store(), meeting, door.me(), clock.now())
    said = ngettext("%(num)d person is asked.", "%(num)d people are asked.", asked)
    return door.done(_home(ref), said if asked else _("They have been asked today already."))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/go-ahead")
@door.needs()
def go_ahead(ref: str, meeting_ref: str) -> Response:
    """Enough can come: it happens."""
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    with door.refusals_on(_home(ref)):
        meetings.go_ahead(door.store(), meeting, door.me(), clock.now())
    return door.done(_home(ref), _("It goes ahead. They are told."))


@bp.get("/groups/<ref>/meetings/<meeting_ref>/cancellation")
@door.needs()
def ask_cancel(ref: str, meeting_ref: str) -> str:
    """Call it off, really?"""
    group = led.group_of(ref)
    meeting = led.meeting_of(group, meeting_ref)
    return render_template(
        "groups/call_off.html", group=group, meeting=meeting, yes=meetings.coming(meeting)
    )


@bp.post("/groups/<ref>/meetings/<meeting_ref>/cancellation")
@door.needs()
def cancel(ref: str, meeting_ref: str) -> Response:
    """Call one meeting off; for some minutes there is a way back."""
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    with door.refusals_on(_home(ref)):
        meetings.cancel(door.store(), meeting, door.me(), clock.now())
    return door.done(url_for("groups.show", ref=ref, off=meeting_ref))


@bp.post("/groups/<ref>/meetings/<meeting_ref>/restoration")
@door.needs()
def restore(ref: str, meeting_ref: str) -> Response:
    """Undo calling it off."""
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    with door.refusals_on(_home(ref)):
        meetings.restore(door.store(), meeting, door.me(), clock.now())
    return door.done(_home(ref), _("It is on again. We tell those who read that it was off."))


@bp.get("/groups/<ref>/meetings/<meeting_ref>/move")
@door.needs()
def times(ref: str, meeting_ref: str) -> str:
    """Other times at which most of them can come."""
    group, now = led.group_of(ref), clock.now()
    meeting = led.meeting_of(group, meeting_ref)
    if meeting.cancelled_at or meeting.starts_at <= now:
        abort(404)
    found = other_times.other_times(door.store(), meeting, now)
    return render_template("groups/times.html", group=group, meeting=meeting, times=found)


@bp.post("/groups/<ref>/meetings/<meeting_ref>/move")
@door.needs()
def move(ref: str, meeting_ref: str) -> Page:
    """Give a meeting another time; one that cannot be stays in its field, with the reason."""
    meeting = led.meeting_of(led.group_of(ref), meeting_ref)
    try:
        start = fields.a_wall_time("start")
        meetings.move(door.store(), meeting, start, door.me(), clock.now())
    except Refused as refusal:
        return _not_moved(ref, meeting_ref, refusal), 422
    return door.done(_home(ref), _("It has a new time. Everyone is told, and asked again."))


def _not_moved(ref: str, meeting_ref: str, refusal: Refused) -> str:
    if isinstance(refusal, NotFound):
        raise refusal
    door.keep_nothing()
    group, typed = led.group_of(ref), request.form.get("start", "")
    view = group_views.of(door.store(), group, door.me(), clock.now())
    wrong = {"meeting": meeting_ref, "words": door.words(refusal), "typed": typed}
    return render_template(
        "groups/show.html", view=view, group=group, wrong=wrong, who="", found=[]
    )  # fmt: skip


@bp.get("/groups/<ref>/meetings")
@door.needs()
def index(ref: str) -> str:
    """The meetings that have been: who came, or whether I was there."""
    group = door.find(Group, ref)
    found = past_meetings.past(door.store(), group, door.me(), clock.now())
    if not leads(door.viewer(), group):
        found = [one for one in found if one.has_mark]
    page, pages = door.page_of(len(found), PAGE)
    return render_template(
        "groups/past.html", group=group, found=found[(page - 1) * PAGE : page * PAGE],
        leads=leads(door.viewer(), group), page=page, pages=pages,
    )  # fmt: skip


@bp.get("/groups/<ref>/meetings/<meeting_ref>")
@door.needs()
def show(ref: str, meeting_ref: str) -> str:
    """One meeting that has been: everybody's mark for whoever leads, else my own."""
    group = door.find(Group, ref)
    meeting, leading = led.meeting_of(group, meeting_ref), leads(door.viewer(), group)
    one = past_meetings.one(meeting, door.me())
    over = meeting.starts_at <= clock.now() and not (meeting.cancelled_at or meeting.needs_time)
    if not over or not (leading or one.has_mark):
        abort(404)
    return render_template("groups/meeting.html", group=group, one=one, leads=leading)


@bp.post("/groups/<ref>/meetings/<meeting_ref>/attendance")
@door.needs()
def mark(ref: str, meeting_ref: str) -> Response:
    """Who came: all of them, or each by name. An empty line stays empty."""
    group = led.group_of(ref)
    meeting, here = led.meeting_of(group, meeting_ref), door.back(_home(ref))
    with door.refusals_on(here):
        said = _mark(meeting)
    return door.done(here, said)


def _mark(meeting: Meeting) -> str:
    store, me, now = door.store(), door.me(), clock.now()
    if request.form.get("all"):
        meetings.everyone_here(store, meeting, me, now)
        return str(_("Everyone was here. That is written down."))
    people = group_times.people_at(meeting).values()
    ticked = [one for one in people if request.form.get(_line(one))]
    if not ticked:
        raise Refused(N_("Tick who was here, or who was away."))
    for person in ticked:
        meetings.mark(store, meeting, person, fields.yes_or_no(_line(person)), me, now)
    return str(_("Who came is written down."))


def _line(person: Person) -> str:
    return f"came-{person.ref}"


@bp.post("/groups/<ref>/meetings/<meeting_ref>/mine")
@door.needs()
def mark_mine(ref: str, meeting_ref: str) -> Response:
    """Put my own mark right."""
    group, here = door.find(Group, ref), door.back(_home(ref))
    meeting, me = led.meeting_of(group, meeting_ref), door.me()
    with door.refusals_on(here):
        came = fields.yes_or_no("came", N_("Say whether you were there."))
        meetings.mark(door.store(), meeting, me, came, me, clock.now())
    return door.done(here, _("That is written down."))
