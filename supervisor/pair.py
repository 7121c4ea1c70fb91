"""What the doors to two people share: on whose side the reader is."""

from collections.abc import Callable
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext as _

from supervisor import door, fields
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Entitlement, Match, Person, Session
from supervisor.rules.kinds import Mode, Side
from supervisor.sessions import sessions

Video = tuple[datetime, Callable[[], object]]
"""A time, and the act that would meet on video then."""


def myself(entitlement: Entitlement) -> Person | None:
    """A provider books with themselves. For the worker and the hub it is whoever serves then."""
    me = door.me()
    mine = me.id == entitlement.person_id or door.viewer().coordinator
    return None if mine else me


def home_of(worker: Person) -> str:
    """Where this reader came from: the hub from the worker's page, anyone else from their own."""
    for_them = door.viewer().coordinator and worker.id != door.me().id
    return url_for("people.show", ref=worker.ref) if for_them else url_for("auth.home")


def gone_page(
    action: str,
    gone: TimeGone,
    ref: str,
    on_video: Video | None = None,
    *,
    series: bool = False,
) -> tuple[str, int]:
    """The time has just gone; the next ones that suit both, each the first of a `series` where
    that was asked for. Where no room is free and `on_video` would do, the same hour on video comes
    first."""
    works = on_video and gone.no_room and _works(on_video[1])
    video = f"{on_video[0].isoformat()}|{Mode.VIDEO}" if on_video and works else ""
    door.keep_nothing()
    said = {"gone": gone, "gone_words": door.words(gone), "own": door.me().id in gone.busy}
    page = render_template(
        "sessions/gone.html",
        action=action,
        others=gone.others,
        ref=ref,
        video=video,
        series=series,
        **said,
    )
    return page, 409


def _works(act: Callable[[], object]) -> bool:
    """Whether it could be done: tried, and taken back."""
    trial = door.store().begin_nested()
    try:
        act()
    except Refused:
        return False
    finally:
        if trial.is_active:
            trial.rollback()
    return True


def side_in(match: Match) -> Side | None:
    """Which of the two reads; None for the hub."""
    sides = {match.entitlement.person_id: Side.WORKER, match.provider_id: Side.PROVIDER}
    return sides.get(door.me().id)


def is_mine(session: Session) -> bool:
    """Whether the reader is one of the two; else it is the hub, for one of them."""
    return door.me().id in {session.entitlement.person_id, session.provider_id}


def other_of(session: Session) -> str:
    """Whom the reader meets; the hub reads both."""
    worker, provider = session.entitlement.person, session.provider
    if not is_mine(session):
        return str(_("%(one)s and %(other)s", one=worker.name, other=provider.name))
    return (provider if door.me().id == worker.id else worker).name


def side_said(session: Session, ask: str) -> Side:
    """Whose word it is: one's own, or, typed by the hub, that of the one named in the form."""
    if not is_mine(session):
        return fields.one_of(Side, "side", ask)
    return sessions.side_of(session, door.me())
