"""My calendar: the page, and the addresses that other programs fetch."""

import gzip
from datetime import datetime
from urllib.parse import quote

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, door, fields, passing, reach, wording
from supervisor.feeds import feed_choices, feeds, holiday_feeds, hours_file, kept_feeds
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.feeds.kept_feeds import Known
from supervisor.hours.ways import region_of
from supervisor.models import Feed
from supervisor.rules.kinds import Channel, FeedLevel
from supervisor.settings import HubSettings, read
from supervisor.zones import of_region

bp = Blueprint("feeds", __name__)
PROGRAMS = ("iPhone", "Google", "Outlook", "Android")
ADD = {
    "iPhone": "webcal://{bare}",
    "Google": "https://calendar.google.com/calendar/r?cid={webcal}",
    "Android": "https://calendar.google.com/calendar/r?cid={webcal}",
    "Outlook": "https://outlook.office.com/calendar/0/addfromweb?url={https}&name={name}",
}
HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Disposition": 'inline; filename="meetings.ics"',
}


@bp.get("/feeds/<token>.ics")
def fetch(token: str) -> Response:
    """The calendar behind an address. One that the reader has costs one question.

    What is written down (who looked, an answer made anew) is written in a transaction that says so
    when it begins; a reader gets its calendar where nothing can be.
    """
    now = clock.now()
    known = kept_feeds.known(door.store(), token, now, whole=_has_nothing())
    if known is None:
        abort(404)
    answer = _kept(known)
    if answer and not known.is_news:
        return answer
    noted = passing.write(lambda: _noted(known, answer or _made(token, now), now))
    return noted or answer or _made(token, now, keep=False)


def _noted(known: Known, answer: Response, now: datetime) -> Response:
    if known.is_news:
        feeds.note_fetch(door.store(), known.feed_id, request.user_agent.string, now)
    return answer


def _has_nothing() -> bool:
    """Whether the reader says nothing of what it has already."""
    return not (request.if_none_match or request.if_modified_since)


def _kept(known: Known) -> Response | None:
    """The answer that is kept, if it is still true."""
    if known.answer is None:
        return None
    etag, last_modified, packed = known.answer
    answer = _conditional(etag, last_modified)
    if answer.status_code == 304:
        return answer
    octets = packed or kept_feeds.octets(door.store(), known.feed_id, etag)
    return _with(answer, octets) if octets else None


def _conditional(etag: str, last_modified: datetime) -> Response:
    """The headers alone; a 304 if the reader has this already (RFC 9110 section 13).

    A packed answer is another representation, so its strong ETag differs.
    """
    answer = current_app.response_class(headers=HEADERS)
    answer.set_etag(f"{etag}-gzip" if _packs() else etag)
    answer.last_modified = last_modified
    return answer.make_conditional(request)


def _packs() -> bool:
    return bool(request.accept_encodings["gzip"] > 0)


def _with(answer: Response, packed: bytes) -> Response:
    if _packs():
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_data(packed if _packs() else gzip.decompress(packed))
    return answer


def _made(token: str, now: datetime, *, keep: bool = True) -> Response:
    """Everything is asked anew, inside the transaction that writes where one does."""
    feed = feeds.found(door.store(), token, now)
    if feed is None:
        abort(404)
    make = kept_feeds.make if keep else kept_feeds.answer_now
    with force_locale(feed.person.locale):
        etag, last_modified, packed = make(door.store(), feed, now, wording.say)
    answer = _conditional(etag, last_modified)
    return answer if answer.status_code == 304 else _with(answer, packed)


@bp.get("/calendar")
@door.needs()
def show() -> str:
    """My addresses, what they say, and whether anything looks."""
    settings, now = read(door.store(), FeedSettings), clock.now()
    mine = feeds.live(door.store(), door.me())
    return render_template(
        "feeds/show.html",
        feeds=[(feed, feeds.is_quiet(feed, settings, now)) for feed in mine],
        quiet_days=settings.quiet_days,
        level=mine[0].level if mine else FeedLevel.NEUTRAL,
        programs=PROGRAMS,
        has_hours=bool(door.me().windows),
        choices=feed_choices.choices(door.store(), door.me()),
        holidays=f"{_base()}{url_for('feeds.holidays', region=_region())}",
        invited=reach.wants_invitations(door.me()),
        by_mail=reach.channel_of(door.me()) is Channel.EMAIL,
        ways=_ways,
        now=now,
    )


def _ways(address: str) -> dict[str, str]:
    """One link for each program that adds this address to it."""
    bare = address.partition("://")[2]
    facts = {
        "bare": bare,
        "webcal": quote(f"webcal://{bare}", safe=""),
        "https": quote(address, safe=""),
        "name": feeds.CALENDAR,
    }
    return {name: link.format(**facts) for name, link in ADD.items()}


@bp.post("/calendar")
@door.needs()
def make() -> Response:
    """Make an address for one program; the next page shows it, once."""
    name = request.form.get("program", "")
    holds = request.form.get("holds", "")
    return _shown_once(feeds.make_feed(door.store(), door.me(), name, clock.now(), holds))


@bp.post("/calendar/<ref>/renewal")
@door.needs()
def renew(ref: str) -> Response:
    """A new address in the place of one that somebody else has."""
    feed = door.find(Feed, ref)
    with door.refusals_on(url_for("feeds.show")):
        return _shown_once(feeds.renew(door.store(), feed, door.me(), clock.now()))


def _shown_once(token: str) -> Response:
    """The address travels to the next page in the signed cookie of flashes and is gone then."""
    flash(f"{_base()}{url_for('feeds.fetch', token=token)}", "address")
    return door.done(url_for("feeds.show"))


def _base() -> str:
    base: str = current_app.config["HUB"].base_url
    return base


def _region() -> str:
    """Whose holidays are theirs, as far as the hub has a calendar of them."""
    hub = read(door.store(), HubSettings)
    mine = region_of(door.me(), hub)
    return mine if of_region(mine) else hub.region


@bp.get("/holidays/<region>.ics")
def holidays(region: str) -> Response:
    """The public holidays of a region, for any calendar."""
    on = clock.now().date()
    answer = make_response(holiday_feeds.holiday_bytes(region, on, wording.say))
    answer.headers.update(HEADERS | {"Cache-Control": "public, max-age=86400"})
    answer.headers["Content-Disposition"] = 'inline; filename="holidays.ics"'
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/calendar/hours.ics")
@door.needs()
def hours() -> Response:
    """My open hours as a file."""
    answer = make_response(hours_file.hours_bytes(door.store(), door.me(), clock.now()))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="hours.ics"'
    return answer


@bp.post("/calendar/<ref>/end")
@door.needs()
def end(ref: str) -> Response:
    """Stop one address."""
    feeds.revoke(door.store(), door.find(Feed, ref), door.me(), clock.now())
    return door.done(url_for("feeds.show"), _("That address has stopped."))


@bp.post("/calendar/invitations")
@door.needs()
def invite() -> Response:
    """Have invitations for my calendar by email, none, or only these and no address."""
    if request.form.get("wanted") == "only":
        feeds.invite_only(door.store(), door.me(), clock.now())
        words = _("You get invitations by email. Your addresses have stopped.")
        return door.done(url_for("feeds.show"), words)
    with door.refusals_on(url_for("feeds.show")):
        wanted = fields.yes_or_no("wanted")
    feeds.invite(door.store(), door.me(), wanted, clock.now())
    said = (
        _("You get invitations by email, also for what is booked already.")
        if wanted
        else _("You get no more invitations. What is in your calendar stays there.")
    )
    return door.done(url_for("feeds.show"), said)


@bp.post("/calendar/level")
@door.needs()
def level() -> Response:
    """Choose how much my calendars say."""
    feeds.set_level(door.store(), door.me(), request.form.get("level", ""), clock.now())
    return door.done(url_for("feeds.show"), _("Saved. Your calendar changes when it next looks."))
