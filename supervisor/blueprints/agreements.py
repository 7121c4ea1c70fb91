"""The terms of a match: read, change, sign, look at them again, print."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import access, clock, door, entitlements, fields
from supervisor.errors import Refused
from supervisor.matches import agreements
from supervisor.matches.agreements import Party, Terms
from supervisor.models import Agreement, Match
from supervisor.rules.kinds import Mode
from supervisor.rules.words import N_
from supervisor.wording import short_day

bp = Blueprint("agreements", __name__)
HOURS = range(169)


@bp.get("/matches/<ref>/agreement")
@door.needs()
def show(ref: str) -> str:
    """The two and the hub read all of it; a manager who signs reads it without the provider."""
    return _page(ref)


def _page(ref: str, error: str = "") -> str:
    agreement = _visible(ref)
    match = agreement.match if agreement else _their_match(ref)
    page = "show" if _party(match) is not Party.EMPLOYER else "employer"
    store, on = door.store(), entitlements.day_of(door.store(), match.entitlement, clock.now())
    return render_template(
        f"agreements/{page}.html",
        match=match,
        entitlement=match.entitlement,
        agreement=agreement,
        party=_party(match),
        parties=agreements.parties(store, agreement) if agreement else [],
        over=match.ends_on is not None and match.ends_on < on,
        private=match.entitlement.kind in access.THREE_WAY_KINDS,
        error=error,
        seal=agreements.seal(agreement) if agreement else "",
    )


def _visible(ref: str) -> Agreement | None:
    seen = access.visible(door.viewer(), Agreement).join(Agreement.match).where(Match.ref == ref)
    found: Agreement | None = door.store().scalar(seen)
    return found


def _their_match(ref: str) -> Match:
    """A match that both accepted; before that there is nothing to agree on."""
    match = door.find(Match, ref)
    if match.state not in access.RUNNING:
        abort(404)
    return match


def _party(match: Match) -> Party | None:
    """As whom the reader signs; None for the hub, which signs for somebody."""
    parties = {match.entitlement.person_id: Party.WORKER, match.provider_id: Party.PROVIDER}
    others = None if door.viewer().coordinator else Party.EMPLOYER
    return parties.get(door.me().id, others)


@bp.post("/matches/<ref>/agreement")
@door.needs()
def change(ref: str) -> Response | tuple[str, int]:
    """Keep other terms; everybody signs anew."""
    match = _their_match(ref)
    try:
        agreements.change(door.store(), match, _terms(), door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _page(ref, door.words(refusal)), 422
    return _done(ref, _("Saved. Read it once more and sign."))


def _terms() -> Terms:
    form = request.form
    hours = form.get("cancellation_hours", "").strip()
    if not hours.isdecimal() or len(hours) > 3 or int(hours) not in HOURS:
        raise Refused(N_("Write the hours as a number, like 24."), field="cancellation_hours")
    mode = form.get("mode", "")
    return Terms(
        mode=mode if mode in set(Mode) else None,
        cancellation_hours=int(hours),
        tikanga=form.get("tikanga", "").strip()[:2000] or None,
        manager_sees_dates="manager_sees_dates" in form,
        manager_sees_kind="manager_sees_kind" in form,
    )


@bp.post("/matches/<ref>/agreement/signature")
@door.needs()
def sign(ref: str) -> Response | tuple[str, int]:
    """Sign what was read, for oneself; the hub says for whom."""
    agreement = _visible(ref)
    match = agreement.match if agreement else _their_match(ref)
    party = _party(match) or fields.one_of(Party, "party", N_("Say for whom you sign."))
    seen = request.form.get("seen", "")
    try:
        agreements.sign(door.store(), match, party, door.me(), clock.now(), seen)
    except Refused as refusal:
        door.keep_nothing()
        return _page(ref, door.words(refusal)), 422
    return _done(ref, _("Signed."))


@bp.post("/matches/<ref>/agreement/review")
@door.needs()
def review(ref: str) -> Response:
    """We looked at it again, and it still suits."""
    match = _their_match(ref)
    agreement = agreements.review(door.store(), match, door.me(), clock.now())
    assert agreement.review_on
    return _done(ref, _("Thank you. Next time: %(day)s.", day=short_day(agreement.review_on)))


def _done(ref: str, said: str) -> Response:
    return door.done(url_for("agreements.show", ref=ref), said)
