"""What each reader of an alert may know: gathered when it is read, so that it is true then."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from supervisor import entitlements, stand_ins, workplace
from supervisor.alerts import alert_calendars, alert_hands, alert_providers
from supervisor.alerts.alert_kinds import KINDS, OF_STANDINGS
from supervisor.alerts.alert_readers import audience, owed, provider_of
from supervisor.busy import busy_words
from supervisor.groups import group_messages, meetings
from supervisor.models import Alert, Job, Meeting, Message, Person, Store
from supervisor.openings.times_to_offer import TIMES, times_to_offer
from supervisor.reports import report_team
from supervisor.rules.words import Words


def facts_now(store: Store, message: Message, now: datetime) -> dict[str, Any] | None:
    """What a message about an alert says if it is read now; None when it is not true any more,
    or no longer theirs to know."""
    alert, who = message.alert, message.facts["who"]
    if alert is None or not _holds(alert):
        return None
    if message.recipient not in audience(store, alert, who, now):
        return None
    return _FACTS[who](store, alert, message.recipient, now)


def _holds(alert: Alert) -> bool:
    """It has not ended, and the standing it follows from is still the one on record."""
    by_standing = alert.name in OF_STANDINGS
    return alert.ended_at is None and (not by_standing or owed(alert).standing == alert.name)


def says(store: Store, alert: Alert, now: datetime) -> Words:
    """The alert in one sentence, for the hub."""
    if alert.meeting:
        return Words(KINDS[alert.name].says, _of_group(alert.meeting))
    if alert.job:
        return Words(KINDS[alert.name].says, _of_job(alert.job))
    if alert.person:
        return Words(KINDS[alert.name].says, _of_person(alert, alert.person))
    provider = provider_of(store, alert, now)
    facts: dict[str, Any] = {
        "worker": owed(alert).person.name,
        "provider": provider.name if provider else "",
        "day": alert.match.ends_on or "" if alert.match else "",
    }
    return Words(KINDS[alert.name].says, facts)


def _of_group(meeting: Meeting) -> dict[str, Any]:
    return {
        "group": meeting.group.name,
        "needed": meeting.group.minimum,
        "yes": meetings.coming(meeting),
        "day": meeting.local_start.date(),
    }


def _of_job(job: Job) -> dict[str, Any]:
    return {"worker": job.person.name, "manager": job.manager.name if job.manager else ""}


def _of_person(alert: Alert, person: Person) -> dict[str, Any]:
    day = alert_providers.vetted_until(alert.cause) if alert.name == "vetting_ends" else ""
    return {"provider": person.name, "day": day}


def _hub(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    about = {} if alert.entitlement is None else _position(store, alert, now)
    own = {"alert": alert.ref, "says": says(store, alert, now), "since": alert.since_at}
    usual = stand_ins.usual(store)
    names = "" if reader in usual else ", ".join(one.name for one in usual)
    return own | about | {"stands_for": names}


def _owner(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    """What the hub reads, who gave it to them, and with which words."""
    given = alert_hands.last_taken(alert)
    by = given.person.name if given and given.person else ""
    return _hub(store, alert, reader, now) | {"by": by, "note": (given and given.note) or ""}


def _stand_in(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    """What the hub reads, and for whom they stand in."""
    has = alert_hands.owner(alert)
    names = [one.name for one in ([has] if has else stand_ins.usual(store))]
    return _hub(store, alert, reader, now) | {"names": ", ".join(names)}


def _facilitator(_store: Store, alert: Alert, _reader: Person, _now: datetime) -> dict[str, Any]:
    assert alert.meeting
    return group_messages.short_of(alert.meeting, meetings.coming(alert.meeting))


def _worker_and_manager(
    store: Store, alert: Alert, reader: Person, now: datetime
) -> dict[str, Any] | None:
    """The day of the last 1:1; None where none is overdue any more."""
    job = alert.job
    assert job
    other = job.manager if reader.id == job.person_id else job.person
    last = workplace.last_if_overdue(store, job, now)
    if last is None:
        return None
    return {"job": job.ref, "other": other.name if other else "", "last": last.isoformat()}


def _manager(store: Store, alert: Alert, _reader: Person, now: datetime) -> dict[str, Any]:
    """The manager's row as on the manager's page, with the day for which it holds."""
    on = entitlements.day_of(store, owed(alert), now)
    return {"row": report_team.row_of(store, owed(alert), on, now), "on": on}


def _themselves(
    store: Store, alert: Alert, _reader: Person, _now: datetime
) -> dict[str, Any] | None:
    """Until when they are vetted, or the calendar of theirs that is not read; None once it is."""
    if alert.name == "vetting_ends":
        return {"until": alert_providers.vetted_until(alert.cause)}
    if alert.name == "busy_unread":
        source = alert_calendars.source_of(store, alert.cause)
        if source is None or source.trouble is None:
            return None
        trouble = Words(busy_words.of_trouble(source.trouble))
        return {"host": source.host, "read": source.read_at, "trouble": trouble}
    feed = alert_calendars.feed_of(store, alert.cause)
    if feed is None or feed.fetched_at is None or feed.revoked_at:
        return None
    return {"calendar": feed.name, "looked": feed.fetched_at}


def _pair(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    """Where it stands, and times that suit both."""
    found = times_to_offer(store, owed(alert), now, TIMES)
    return {
        "times": [time.starts_at.isoformat() for time in found.times],
        "reasons": found.reasons,
        **_the_other(store, alert, reader, now),
        **_position(store, alert, now),
    }


def _both(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any] | None:
    """Other times for a meeting that is still to come."""
    assert alert.session
    if alert.session.starts_at <= now:
        return None
    return _silent(store, alert, reader, now) | {
        "times": [
            time.starts_at.isoformat()
            for time in times_to_offer(store, owed(alert), now, TIMES).times
        ]
    }


def _silent(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    assert alert.session
    starts = alert.session.starts_at.isoformat()
    return {"session": alert.session.ref, "starts": starts} | _the_other(store, alert, reader, now)


def _signers(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any] | None:
    """The day on which the two look at their terms again; None once there is none."""
    assert alert.match
    due = alert.match.agreement and alert.match.agreement.review_on
    if not due:
        return None
    return {"match": alert.match.ref, "due": due} | _the_other(store, alert, reader, now)


def _unsigned(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    """Whoever is neither of the two signs for the employer."""
    assert alert.match
    two = {owed(alert).person_id, alert.match.provider_id}
    return _asked(store, alert, reader, now) | {"employer": reader.id not in two}


def _asked(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    assert alert.match
    return {"match": alert.match.ref} | _the_other(store, alert, reader, now)


def _the_other(store: Store, alert: Alert, reader: Person, now: datetime) -> dict[str, Any]:
    worker = reader.id == owed(alert).person_id
    other = provider_of(store, alert, now) if worker else owed(alert).person
    return {
        "entitlement": owed(alert).link,
        "worker": worker,
        "other": other.name if other else "",
    }


def _position(store: Store, alert: Alert, now: datetime) -> dict[str, Any]:
    position = entitlements.position(store, owed(alert), now)
    names = ("contracted", "expected", "held", "booked", "catching_up")
    return {name: getattr(position, name) for name in names}


_FACTS: dict[str, Callable[[Store, Alert, Person, datetime], dict[str, Any] | None]] = {
    "pair": _pair,
    "both": _both,
    "hub": _hub,
    "owner": _owner,
    "stand_in": _stand_in,
    "manager": _manager,
    "signers": _signers,
    "unsigned": _unsigned,
    "silent": _silent,
    "asked": _asked,
    "facilitator": _facilitator,
    "worker_and_manager": _worker_and_manager,
    "themselves": _themselves,
}
