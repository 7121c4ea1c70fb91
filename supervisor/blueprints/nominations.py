"""Somebody I know: a worker names them, the hub looks at it and offers them."""

from typing import TypeVar

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from supervisor import capacity, clock, door, fields, vetting, wording
from supervisor.errors import Refused
from supervisor.matches import nominations
from supervisor.matches.nominations import Named
from supervisor.models import Entitlement, Nomination, Organisation, Person, Place, Word
from supervisor.rules.kinds import Kind, Vocabulary
from supervisor.rules.words import N_
from supervisor.vetting import Contact, Vetted

bp = Blueprint("nominations", __name__)
Record = TypeVar("Record", Place, Organisation)


@bp.get("/people/<ref>/nominations")
@door.needs()
def mine(ref: str) -> str:
    """Name somebody, and what came of those who were named; the hub types it on the phone."""
    return _mine(door.their(ref))


def _mine(person: Person, refusal: Refused | None = None) -> str:
    store, on = door.store(), door.hub_today()
    return render_template(
        "nominations/mine.html",
        who=person,
        owed=nominations.may_name_for(store, person, on),
        seen=nominations.seen_by_worker(store, person, on),
        wanted=request.values.get("entitlement", ""),
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
    )


@bp.post("/people/<ref>/nominations")
@door.needs()
def nominate(ref: str) -> Response | tuple[str, int]:
    """Tell the hub of somebody."""
    person, named = door.their(ref), Named(*(_typed(one) for one in ("name", "contact", "word")))
    try:
        owed = _owed(person)
        nominations.nominate(door.store(), owed, named, door.me(), clock.now())
    except Refused as refusal:
        door.keep_nothing()
        return _mine(door.their(ref), refusal), 422
    return _done(ref, _("The hub has the name, and looks at it."))


def _typed(field: str) -> str:
    return request.form.get(field, "").strip()[:1000]


def _owed(person: Person) -> Entitlement:
    owed = nominations.may_name_for(door.store(), person, door.hub_today())
    for one in owed:
        if one.link == request.form.get("entitlement"):
            return one
    raise Refused(N_("Say what you would like to meet them for."), field="entitlement")


def _done(ref: str, said: str) -> Response:
    return door.done(url_for("nominations.mine", ref=ref), said)


@bp.post("/nominations/<ref>/withdrawal")
@door.needs()
def take_back(ref: str) -> Response:
    """As if the name had not been said."""
    nomination = door.find(Nomination, ref)
    whose = nomination.entitlement.person.ref
    with door.refusals_on(url_for("nominations.mine", ref=whose)):
        nominations.take_back(door.store(), nomination, door.me(), clock.now())
    return _done(whose, _("It is taken back."))


@bp.get("/nominations/<ref>")
@door.needs("coordinator")
def show(ref: str) -> str:
    """The hub's page: who it may be, what to find out, yes or not now."""
    return _show(door.find(Nomination, ref))


def _show(nomination: Nomination, refusal: Refused | None = None) -> str:
    store, on, kind = door.store(), door.hub_today(), nomination.entitlement.kind
    loads = {load.provider.id: load for load in capacity.loads(store, on)
             if load.offering.kind == kind}  # fmt: skip
    here = nominations.here_already(store, [nomination])[nomination.id]
    return render_template(
        "nominations/show.html",
        nomination=nomination,
        here=here,
        loads=loads,
        others=[load.provider for load in loads.values() if load.provider not in here],
        known=_known(here),
        why_not=nominations.why_not(store, nomination, on),
        perspectives=_words(Vocabulary.PERSPECTIVE),
        cultures=_words(Vocabulary.CULTURE) if kind == Kind.CULTURAL_SUPERVISION else [],
        places=store.scalars(select(Place).order_by(Place.name)).all(),
        organisations=store.scalars(select(Organisation).order_by(Organisation.name)).all(),
        error=door.words(refusal) if refusal else "",
        field=refusal.field if refusal else "",
    )


def _known(here: list[Person]) -> Person | None:
    """Whom the form is about, where it is somebody whom the hub knows already."""
    return next((one for one in here if one.ref == request.values.get("who")), None)


def _words(vocabulary: Vocabulary) -> list[Word]:
    query = select(Word).where(Word.vocabulary == vocabulary).order_by(Word.name)
    return list(door.store().scalars(query))


@bp.post("/nominations/<ref>/acceptance")
@door.needs("coordinator")
def accept(ref: str) -> Response:
    """It is somebody who gives this support already."""
    nomination = door.find(Nomination, ref)
    provider = door.look(Person, request.form.get("who", ""))
    with door.refusals_on(url_for("nominations.show", ref=ref)):
        if provider is None:
            raise Refused(N_("Choose who it is."), field="who")
        return _offered(nomination, provider)


def _offered(nomination: Nomination, provider: Person) -> Response:
    """What came of it: offered, or in the hub's words why not."""
    why = nominations.accept(door.store(), nomination, provider, door.me(), clock.now())
    where = url_for("nominations.show", ref=nomination.ref)
    if why:
        flash(wording.say(why), "stop")
        return door.done(where, _("They come first in the order. They are not offered yet."))
    return door.done(where, _("Offered. %(name)s is told by message.",
                              name=nomination.entitlement.person.name))  # fmt: skip


@bp.post("/nominations/<ref>/vetting")
@door.needs("coordinator")
def vet(ref: str) -> Response | tuple[str, int]:
    """Make them a supervisor of this kind, and offer them."""
    nomination = door.find(Nomination, ref)
    store, me, now = door.store(), door.me(), clock.now()
    try:
        vetted = _vetted(Kind(nomination.entitlement.kind))
        known = _known(nominations.here_already(store, [nomination])[nomination.id])
        person = known or vetting.add_person(store, _contact(), me, now)
        vetting.vet(store, person, vetted, me, now)
        return _offered(nomination, person)
    except Refused as refusal:
        door.keep_nothing()
        return _show(door.find(Nomination, ref), refusal), 422


def _contact() -> Contact:
    return Contact(_typed("name"), _typed("email"), _typed("phone"), _picked(Place, "place"))


def _vetted(kind: Kind) -> Vetted:
    return Vetted(
        kind=kind,
        capacity=int(_number("capacity", N_("Write how many people they can take, from 1 to 50."))),
        until=fields.a_day("until"),
        perspectives=_ticked(Vocabulary.PERSPECTIVE),
        cultures=_ticked(Vocabulary.CULTURE),
        works_at=_picked(Organisation, "organisation"),
        years=_number("years", N_("Write the years as a number.")) if _typed("years") else None,
        clinical="clinical" in request.form,
    )


def _number(field: str, ask: str) -> float:
    try:
        number = float(_typed(field))
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):
        raise Refused(ask, field=field)
    return number


def _ticked(vocabulary: Vocabulary) -> list[Word]:
    names = set(request.form.getlist(vocabulary))
    return [one for one in _words(vocabulary) if one.name in names]


def _picked(record: type[Record], field: str) -> Record | None:
    """One of a list, or none of it."""
    found: Record | None = door.store().scalar(select(record).where(record.ref == _typed(field)))
    return found


@bp.post("/nominations/<ref>/refusal")
@door.needs("coordinator")
def decline(ref: str) -> Response:
    """Not now, with a plain word to the worker."""
    nomination = door.find(Nomination, ref)
    with door.refusals_on(url_for("nominations.show", ref=ref)):
        nominations.not_now(door.store(), nomination, _typed("answer"), door.me(), clock.now())
    return door.done(url_for("today.show"), _("Not now. %(name)s is told by message.",
                                              name=nomination.entitlement.person.name))  # fmt: skip
