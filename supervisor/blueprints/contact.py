"""How I am reached: my way, my address, my hour and my language."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from supervisor import clock, contact, door, fields, new_emails
from supervisor.contact import HOURS, Wish
from supervisor.errors import Refused
from supervisor.models import Person
from supervisor.reach import MessageSettings
from supervisor.rules import chats
from supervisor.rules.kinds import Channel
from supervisor.rules.wall import place_of
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read

bp = Blueprint("contact", __name__)
ZONES = (
    "Pacific/Auckland", "Pacific/Chatham", "Pacific/Rarotonga", "Pacific/Apia",
    "Pacific/Tongatapu", "Pacific/Fiji", "Australia/Sydney", "Australia/Brisbane",
    "Australia/Adelaide", "Australia/Darwin", "Australia/Perth",
)  # fmt: skip


@bp.get("/people/<ref>/contact")
@door.needs()
def mine(ref: str) -> str:
    """How they are reached now."""
    return _page(door.their(ref))


def _page(person: Person, refusal: Refused | None = None) -> str:
    settings, hub = read(door.store(), MessageSettings), read(door.store(), HubSettings)
    zones = dict.fromkeys([*ZONES, *([person.time_zone] if person.time_zone else [])])
    return render_template(
        "contact/mine.html",
        them=person,
        own=person.id == door.me().id,
        waiting=new_emails.waiting(door.store(), person, clock.now()),
        typed=request.form,
        texting=bool(settings.text_gateway),
        services=chats.names(settings.chat_services),
        hours=HOURS,
        zones={zone: place_of(zone) for zone in zones},
        hub_zone=place_of(hub.time_zone),
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
    )


@bp.post("/people/<ref>/contact")
@door.needs()
def change(ref: str) -> Response | tuple[str, int]:
    """Keep it; what cannot be used is named beside its field."""
    person = door.their(ref)
    try:
        asked = contact.change(
            door.store(), person, _wish(person), door.me(), _link_base(), clock.now()
        )
    except Refused as refusal:
        door.keep_nothing()
        return _page(door.their(ref), refusal), 422
    saved = _("Saved. Look for our mail at the new address.") if asked else _("Saved.")
    return door.done(url_for("contact.mine", ref=ref), saved)


def _link_base() -> str:
    return url_for("contact.show_email", token="x", _external=True).removesuffix("/x")


@bp.post("/people/<ref>/contact/email/withdrawal")
@door.needs()
def keep_email(ref: str) -> Response:
    """The address stays as it was."""
    new_emails.take_back(door.store(), door.their(ref))
    return door.done(url_for("contact.mine", ref=ref), _("Your address stays as it was."))


@bp.get("/email/<token>")
def show_email(token: str) -> str:
    """The mailed link shows a button; looking at it changes nothing. Who has the link has the
    mailbox, signed in here or not."""
    return render_template("contact/new_email.html", token=token, error="")


@bp.post("/email/<token>")
def use_email(token: str) -> Response | tuple[str, int]:
    """The button: this address counts from now on."""
    try:
        new_emails.confirm(door.store(), token, clock.now())
    except Refused as refusal:
        door.keep_nothing()
        said = door.words(refusal)
        return render_template("contact/new_email.html", token=token, error=said), 410
    return door.done(url_for("auth.home"), _("From now on we write to your new address."))


def _wish(person: Person) -> Wish:
    zone = request.form.get("zone", "")
    return Wish(
        by=fields.one_of(Channel, "by", N_("Choose how we reach you.")),
        email=request.form.get("email", "").strip().lower()[:200],
        phone=" ".join(request.form.get("phone", "").split())[:40],
        hour=_hour(),
        zone=zone if zone in {*ZONES, person.time_zone} else "",
        locale=_locale(),
        chat=request.form["chat"].strip() if _may_say_chat(person) else None,
    )


def _may_say_chat(person: Person) -> bool:
    """Its owner alone writes it; nobody else reads it."""
    return "chat" in request.form and person.id == door.me().id


def _hour() -> int:
    given = request.form.get("hour", "")
    if not given.isdigit() or int(given) not in HOURS:
        raise Refused(N_("Choose an hour."), field="hour")
    return int(given)


def _locale() -> str:
    given = request.form.get("locale", "")
    return given if given in door.LOCALES else "en"


@bp.post("/people/<ref>/contact/mended")
@door.needs()
def mended(ref: str) -> Response:
    """The address is right: it works again."""
    contact.works_again(door.store(), door.their(ref), door.me(), clock.now())
    return door.done(url_for("contact.mine", ref=ref), _("We write to that address again."))
