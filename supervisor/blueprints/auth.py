"""Signing in and out, the language, and the way home."""

from datetime import timedelta

from flask import (
    Blueprint,
    Request,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from supervisor import clock, door, passing, sign_ins
from supervisor.errors import Refused
from supervisor.extensions import login
from supervisor.models import Person, SignIn
from supervisor.settings import read
from supervisor.sign_ins import SignInSettings

bp = Blueprint("auth", __name__)
HOMES = (
    ("coordinator", "today.show"),
    ("worker", "support.show"),
    ("provider", "week.show"),
    ("manager", "team.show"),
    ("facilitator", "groups.index"),
    ("funder", "totals.show"),
)


class SignedIn:
    """Flask-Login's user: a thin shell over the sign-in record. Nobody is remembered by an id."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.sign_in.person


def load(incoming: Request) -> SignedIn | None:
    """The person of the cookie, asked from the record on every request."""
    token = incoming.cookies.get(cookie_name(), "")
    sign_in = sign_ins.found(door.store(), token, clock.now()) if token else None
    return SignedIn(sign_in) if sign_in else None


login.request_loader(load)


def cookie_name() -> str:
    """The browser itself keeps a `__Host-` cookie to this one host, over https."""
    return "__Host-sign_in" if _https() else "sign_in"


def _https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


@bp.get("/")
def home() -> Response:
    """Everyone's own first page."""
    roles = door.viewer().roles
    endpoint = next((page for role, page in HOMES if role in roles), "auth.nothing")
    return redirect(url_for(endpoint))


@bp.get("/nothing-yet")
@door.needs()
def nothing() -> str:
    """For somebody who has no part here: whom to ring."""
    return render_template("auth/nothing.html")


@bp.get("/sign-in")
def sign_in() -> str:
    """The form that asks for an e-mail."""
    return _form()


def _form(error: str = "", email: str = "") -> str:
    return render_template(
        "auth/sign_in.html", error=error, email=email, next=_next(), minutes=_link_minutes()
    )


def _link_minutes() -> int:
    return read(door.store(), SignInSettings).link_minutes


@bp.post("/sign-in")
def ask() -> str | tuple[str, int]:
    """Mail a link; the answer is the same whether the address is known or not."""
    email = request.form.get("email", "")
    if "@" not in email:
        door.keep_nothing()
        return _form(_("Write your email, like ben@example.org"), email), 422
    base = current_app.config["HUB"].base_url + "/sign-in"
    session["next"] = _next()
    try:
        sign_ins.ask(door.store(), email, request.remote_addr or "", base, clock.now())
    except Refused as refusal:
        door.store().commit()
        door.keep_nothing()
        return _form(door.words(refusal), email), 429
    door.store().commit()
    return render_template("auth/sent.html", email=email, minutes=_link_minutes())


@bp.get("/sign-in/<token>")
def show_link(token: str) -> str:
    """The mailed link shows a button; looking at it uses nothing up."""
    return render_template("auth/link.html", token=token)


@bp.post("/sign-in/<token>")
def use_link(token: str) -> Response | tuple[str, int]:
    """The button signs in, once."""
    store, now = door.store(), clock.now()
    try:
        person = sign_ins.use(store, token, now)
    except Refused as refusal:
        door.keep_nothing()
        return _form(door.words(refusal)), 410
    cookie = sign_ins.begin(store, person, request.user_agent.string, now)
    after = door.same_site(session.pop("next", ""))
    session.clear()
    response = door.done(after or url_for("auth.home"))
    response.set_cookie(
        cookie_name(), cookie, httponly=True, secure=_https(), samesite="Lax", path="/",
        max_age=timedelta(days=180),
    )  # fmt: skip
    return response


@bp.post("/sign-out")
@door.needs()
def sign_out() -> Response:
    """End this device's sign-in and have the browser forget."""
    sign_ins.end(door.store(), current_user.sign_in, clock.now())
    response = door.done(url_for("auth.sign_in"), _("You are signed out."))
    response.delete_cookie(cookie_name(), secure=_https(), httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/devices")
@door.needs()
def devices() -> str:
    """Where I am signed in."""
    mine = sign_ins.devices(door.store(), door.me())
    return render_template("auth/devices.html", devices=mine, this=current_user.sign_in)


@bp.post("/devices/<ref>/end")
@door.needs()
def end_device(ref: str) -> Response:
    """Sign one of my devices out."""
    sign_ins.end(door.store(), door.find(SignIn, ref), clock.now())
    return door.done(url_for("auth.devices"), _("That device is signed out."))


@bp.post("/language")
def language() -> Response:
    """Read the pages in another language; kept in a cookie."""
    chosen = request.form.get("lang", "")
    response = make_response(
        redirect(door.same_site(request.form.get("next", "")) or "/", code=303)
    )
    if chosen in door.LOCALES:
        response.set_cookie("lang", chosen, samesite="Lax", secure=_https(), httponly=True)
    return response


def _next() -> str:
    return door.same_site(request.values.get("next", ""))


@bp.before_app_request
def touch() -> None:
    """Note when a signed-in device was last seen; one of the ledgers that a look may write."""
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    store, now = door.store(), clock.now()
    if sign_ins.is_news(store, current_user.sign_in, now):
        passing.write(lambda: sign_ins.seen(store, current_user.sign_in, now))
