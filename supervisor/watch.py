"""What the hub must know of its own machinery, in words, on every page of a coordinator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supervisor import messages, outlet
from supervisor.alerts import alerts, standing_checks
from supervisor.calendar_answers import inlet_words, inlets
from supervisor.models import Inlet, JobTick, Store
from supervisor.reach import MessageSettings
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local, today

EVERY_MINUTE = "deliver messages"


@dataclass(frozen=True)
class Trouble:
    """One thing that is not as it should be, what it means, and what to do. `said` is what the
    machine itself had to say of it; `waits` where there are messages to look through."""

    title: str
    words: Words
    said: str = ""
    waits: bool = True


def troubles(store: Store, now: datetime, really: datetime, *, mailing: bool) -> list[Trouble]:
    """All that is wrong now. The worker process lives by the real clock, mail by the hub's."""
    return [
        *_silence(store, really),
        *_slow_mail(store, now, mailing=mailing),
        *_shut(store, really),
        *_puzzles(store),
        *_put_right(store),
    ]


def _silence(store: Store, really: datetime) -> list[Trouble]:
    patience = timedelta(minutes=read(store, MessageSettings).silent_minutes)
    last = select(func.max(JobTick.tick)).where(
        JobTick.job == EVERY_MINUTE, JobTick.tick <= really + patience
    )
    if (ran := store.scalar(last)) and ran > really - patience:
        return []
    words = N_(
        "Nothing is noticed and nothing is sent until it runs again. Nothing is lost. Ask whoever "
        "looks after the machine to start “supervisor work”."
    )
    return [Trouble(N_("The worker process is not running"), Words(words))]


def _slow_mail(store: Store, now: datetime, *, mailing: bool) -> list[Trouble]:
    """A demo has no mail server, and everybody who looks at one knows."""
    if not mailing:
        return _no_mail(store, now)
    out, (_count, late) = outlet.shut(store, now), messages.slow_mail(store, now)
    if out is not None and out.why == outlet.REFUSED:
        return [_refuses_all(out, read(store, HubSettings).time_zone)]
    known = [since for since in (late, out and out.since_at) if since]
    return [_slow(store, min(known), out)] if known else []


def _no_mail(store: Store, now: datetime) -> list[Trouble]:
    count, since = messages.slow_mail(store, now)
    if since is None or read(store, HubSettings).demo:
        return []
    words = N_("No mail server is set, so messages wait: %(n)d by now. Nothing is lost.")
    return [Trouble(N_("No email goes out here"), Words(words, {"n": count}))]


def _refuses_all(out: Inlet, zone: str) -> Trouble:
    words = N_(
        "Since %(day)s, %(time)s it takes no address. No person’s address was marked. Nothing is "
        "lost: we go on trying. Ask whoever looks after the machine to look at "
        "SUPERVISOR_SMTP_HOST. For something urgent, please ring people."
    )
    since = to_local(out.since_at, zone)
    facts = {"day": since.date(), "time": since.time()}
    return Trouble(N_("The mail server refuses everybody"), Words(words, facts), out.said)


def _slow(store: Store, since: datetime, out: Inlet | None) -> Trouble:
    words = N_(
        "Some of it waits since %(day)s. Nothing is lost: it goes out when the line is back. For "
        "something urgent, please ring people."
    )
    day = today(since, read(store, HubSettings).time_zone)
    return Trouble(N_("Email is slow today"), Words(words, {"day": day}), out.said if out else "")


def _shut(store: Store, really: datetime) -> list[Trouble]:
    """Ways by which mail comes in. Machines' troubles are told by the real clock."""
    zone = read(store, HubSettings).time_zone
    return [_shut_one(inlet, zone) for inlet in inlets.shut(store, really)]


def _shut_one(inlet: Inlet, zone: str) -> Trouble:
    since = to_local(inlet.since_at, zone)
    help_ = inlet_words.helps(inlet.name, inlet.why)
    facts = {"day": since.date(), "time": since.time(), "help": Words(help_)}
    return Trouble(inlet_words.TITLE, Words(inlet_words.MEANS, facts), inlet.said, waits=False)


def _puzzles(store: Store) -> list[Trouble]:
    puzzles = alerts.in_trouble(store)
    if not puzzles:
        return []
    names = ", ".join(alert.entitlement.person.name for alert in puzzles if alert.entitlement)
    words = N_("We could not work out where these stand, and try again every hour: %(names)s.")
    return [Trouble(N_("Something went wrong here"), Words(words, {"names": names}))]


def _put_right(store: Store) -> list[Trouble]:
    """Until the next check at night, in which all should agree again."""
    made = standing_checks.last(store)
    if made is None or not made.found:
        return []
    words = N_(
        "Last night %(n)d did not stand as they should. They were put right. Please tell whoever "
        "looks after the software. Which they were is on the page of the proof of the record."
    )
    return [Trouble(N_("Something was put right here"), Words(words, {"n": made.found}))]
