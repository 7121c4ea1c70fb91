"""Ben's things and everyone who may come to his door, and the addresses of all routes.

Letters: c coordinator (Cleo), w worker (Ben), p his supervisor (Ana), m his manager (Mere),
o another employer's manager (Rua), s a stranger at another employer (Dan), e a workmate at
Ben's own employer (Eve), f who leads Ben's group (Fay), x another worker's supervisor (Xan),
t a funder (Tui).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import delete

from supervisor import commitments
from supervisor.models import (
    Alert,
    BusySource,
    Commitment,
    Conflict,
    Debrief,
    DebriefAsk,
    Entitlement,
    Erasure,
    Forming,
    Group,
    GroupWish,
    Guest,
    InvitationReply,
    Job,
    Leave,
    ManagerChange,
    Match,
    MatchSearch,
    Meeting,
    MeetingRoom,
    Message,
    Nomination,
    Offering,
    Override,
    Person,
    PersonHat,
    Provider,
    Question,
    Seat,
    Session,
    SoonerOffer,
    Store,
    Swap,
    TextReply,
)
from supervisor.rules.kinds import GroupKind, Hat, Kind, MatchState, Mode, Role
from supervisor.zones import to_local

PARTS = {
    "c": "cleo", "w": "ben", "p": "ana", "m": "mere", "o": "rua", "s": "dan", "e": "eve",
    "f": "fay", "x": "xan", "t": "tui",
}  # fmt: skip
ALL = "".join(PARTS)
AUCKLAND = "Pacific/Auckland"


def settle(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """The small cast, with those who are not Ben's and what is his: committed."""
    _others(store, cast)
    _bens(store, cast, now)
    store.commit()
    return cast


def _others(store: Store, cast: SimpleNamespace) -> None:
    """Eve works beside Ben; Dan is supervised by Xan; Fay leads a group; Gil waits for it."""
    for ref, name in (
        ("eve", "Eve Tan"),
        ("fay", "Fay Low"),
        ("gil", "Gil Orr"),
        ("xan", "Xan Po"),
        ("tui", "Tui Hale"),
    ):
        setattr(cast, ref, Person(ref=ref, name=name, email=f"{ref}@example.org"))
        store.add(getattr(cast, ref))
    store.flush()
    store.add(PersonHat(person_id=cast.tui.id, hat=Hat.FUNDER))
    store.add(Provider(person_id=cast.xan.id))
    store.flush()
    role = Role.PEER_SUPPORT_WORKER
    store.add(Job(person=cast.eve, organisation=cast.lakes, role=role, manager=cast.mere))
    store.add(Offering(person_id=cast.xan.id, kind=Kind.MENTORING, capacity=2))
    for person in (cast.dan, cast.eve):
        owed = Entitlement(
            ref=f"{person.ref}-2027", link=f"{person.ref}-2027", person=person, kind=Kind.MENTORING,
            sessions=6, minutes=45, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
        )  # fmt: skip
        store.add(owed)
    store.flush()
    dans = store.query(Entitlement).filter_by(ref="dan-2027").one()
    store.add(
        Match(
            ref="dan-xan", entitlement=dans, provider=cast.xan, state=MatchState.ACTIVE,
            starts_on=date(2027, 1, 1),
        )
    )  # fmt: skip


def _bens(store: Store, cast: SimpleNamespace, now: datetime) -> None:
    cast.session = _session(cast, now + timedelta(days=7), "session-1")
    cast.past = _session(cast, now - timedelta(days=3), "session-0")
    group = Group(
        ref="circle", name="Circle", kind=GroupKind.CO_REFLECTION, facilitator=cast.fay,
        mode=Mode.VIDEO, minimum=1, maximum=6, open=True,
        seats=[Seat(person=cast.ben), Seat(person=cast.gil, waiting=True)],
    )  # fmt: skip
    starts = now + timedelta(days=5)
    meeting = Meeting(
        ref="meeting-1", group=group, starts_at=starts, local_start=to_local(starts, AUCKLAND),
        zone=AUCKLAND, minutes=60, mode=Mode.VIDEO, changed_at=now,
    )  # fmt: skip
    before = now - timedelta(days=9)
    been = Meeting(
        ref="meeting-0", group=group, starts_at=before, local_start=to_local(before, AUCKLAND),
        zone=AUCKLAND, minutes=60, mode=Mode.VIDEO, changed_at=before,
    )  # fmt: skip
    store.add_all([cast.session, cast.past, group, meeting, been, *_sisters(cast, now, starts)])
    store.flush()
    commitments.commit_both(store, cast.session)
    store.add(Leave(person_id=cast.ben.id, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 8)))
    bens_job = next(job for job in cast.ben.jobs)
    bens_job.ref = "ben-lakes"
    store.add(ManagerChange(id=1, job=bens_job, manager=cast.rua, asked_at=now))
    store.add(MeetingRoom(ref="room-1", place=cast.cromwell, name="Room 1", seats=4))
    store.add(MatchSearch(ref="search-1", seconds=5, asked_at=now, asked_by_id=cast.cleo.id))
    store.add(Forming(ref="forming-1", kind=GroupKind.CO_REFLECTION, seconds=5, asked_at=now,
                      asked_by_id=cast.cleo.id))  # fmt: skip
    store.add(GroupWish(ref="ben-wish", person=cast.ben, kind=GroupKind.LEARNING_SET, asked_at=now))
    store.add(Conflict(ref="ben-apart", person_id=cast.ben.id, name="Sam Pert", declared_at=now))
    store.add(
        Override(
            ref="ben-exception", entitlement=cast.entitlement, provider=cast.ana, rules=["time"],
            reason="She makes time", until=date(2027, 12, 31), asked_by=cast.cleo, asked_at=now,
            second=cast.fay,
        )
    )  # fmt: skip
    store.add(
        Alert(
            ref="ben-alert", name="behind", cause="behind:ben-2027", entitlement=cast.entitlement,
            since_at=now, raised_at=now,
        )
    )  # fmt: skip
    store.add(
        SoonerOffer(
            ref="ben-sooner", session=cast.session, starts_at=now + timedelta(days=5, hours=2),
            offered_at=now, lapses_at=now + timedelta(days=1),
        )
    )  # fmt: skip
    store.add(
        Swap(
            ref="ben-swap", match=cast.match, asked_by=cast.ana, asked_at=now,
            lapses_at=now + timedelta(days=14),
        )
    )  # fmt: skip
    store.add(
        Nomination(
            ref="ben-knows", entitlement=cast.entitlement, name="Hana Moss", contact="021 555 010",
            asked_at=now, asked_by_id=cast.ben.id,
        )
    )  # fmt: skip
    store.add(
        Question(
            ref="mere-asks", manager=cast.mere, entitlement=cast.entitlement, word="Only four?",
            asked_at=now,
        )
    )  # fmt: skip
    store.add(
        Message(
            ref="ben-message", cause="asked", recipient=cast.ben, channel="phone",
            template="check_numbers", facts={"manager": "Mere"}, message_id="<1@localhost>",
            written_at=now, due_at=now,
        )
    )  # fmt: skip

    store.add(
        Erasure(
            ref="ben-erasure", person=cast.ben, asked_at=now, asked_by_id=cast.ben.id,
            put_by=cast.cleo, second=cast.fay,
        )
    )  # fmt: skip
    answered = {"uid": "x", "occurrence": "", "method": "COUNTER", "partstat": "TENTATIVE"}
    store.add(
        InvitationReply(
            ref="ben-answer", person=cast.ben, session=cast.session, came_at=now,
            outcome="counter", waits=True, **answered,
        )
    )  # fmt: skip
    busy = {"host": "calendar.example.org", "sealed": b"", "made_at": now, "next_at": now}
    store.add(BusySource(ref="ben-busy", person=cast.ben, kind="file", **busy))
    store.add(
        TextReply(
            ref="bens-text",
            person=cast.ben,
            came_at=now,
            phone="021 555 0199",
            words="Who is this?",
        )
    )
    talk = Debrief(ref="ben-talk", person=cast.ben, whom="supervisor", way="phone", asked_at=now)
    talk.asks = [DebriefAsk(ref="ben-asks-ana", person=cast.ana, asked_at=now)]
    store.add(talk)


def _sisters(cast: SimpleNamespace, now: datetime, near: datetime) -> list[Meeting]:
    """Meetings of a group like Ben's; to the second of them he comes once."""
    sister = Group(
        ref="sister", name="Sister", kind=GroupKind.CO_REFLECTION, mode=Mode.VIDEO, minimum=1,
        maximum=6,
    )  # fmt: skip
    others = [
        Meeting(
            ref=ref, group=sister, starts_at=at, local_start=to_local(at, AUCKLAND), zone=AUCKLAND,
            minutes=60, mode=Mode.VIDEO, changed_at=now,
        )
        for ref, at in (
            ("meeting-2", near + timedelta(days=1)),
            ("meeting-3", near + timedelta(days=30)),
        )
    ]  # fmt: skip
    others[1].guests = [Guest(person=cast.ben)]
    return others


def _session(cast: SimpleNamespace, starts_at: datetime, ref: str) -> Session:
    return Session(
        ref=ref, entitlement=cast.entitlement, provider=cast.ana, starts_at=starts_at, minutes=60,
        local_start=to_local(starts_at, AUCKLAND), zone=AUCKLAND, mode=Mode.VIDEO,
        changed_at=starts_at,
    )  # fmt: skip


BENS = {
    "people": "ben", "sessions": "session-1", "matches": "ben-ana", "groups": "circle",
    "apart": "ben-apart", "busy": "ben-busy", "answers": "ben-answer", "asked": "ben-asks-ana",
    "exceptions": "ben-exception",
    "entitlements": "ben-2027", "today": "ben-2027", "alerts": "ben-alert",
    "swaps": "ben-swap", "nominations": "ben-knows", "questions": "mere-asks", "providers": "ana",
    "messages": "ben-message", "searches": "search-1", "calendar": "nobody", "devices": "nobody",
    "forming": "forming-1", "sooner": "ben-sooner", "meetings": "meeting-3",
    "erasures": "ben-erasure", "jobs": "ben-lakes", "rooms": "room-1", "replies": "bens-text",
}  # fmt: skip
BLANKS = {
    "entitlement_ref": "ben-2027", "meeting_ref": "meeting-1", "person_ref": "gil",
    "provider_ref": "ana", "wish_ref": "ben-wish", "into_ref": "sister", "other_ref": "meeting-2",
    "first": "2027-03-01", "format_": "csv", "change_id": "1", "token": "nothing",
    "filename": "hub.css", "day": "2027-02-01", "secret": "nothing", "region": "OTA",
}  # fmt: skip
NAMES = {"reports": "delivery", "settings": "HubSettings", "letters": "booked"}


def url(rule: Any, nobodys: str = "") -> str:
    """The rule with Ben's things in its blanks, or with what is nobody's in the first one."""

    def fill(blank: re.Match[str]) -> str:
        name = blank[1]
        first, second = [*rule.rule.split("/"), ""][1:3]
        if name == "ref":
            return nobodys or BENS[second if second in {"sessions", "meetings"} else first]
        if name == "name":
            return nobodys or NAMES[first]
        if rule.endpoint == "meetings.show" and name == "meeting_ref":
            return nobodys or "meeting-0"
        return nobodys if nobodys and name not in {"entitlement_ref", "change_id"} else BLANKS[name]

    return re.sub(r"<(?:[^>]*:)?(\w+)>", fill, rule.rule)


def routes(app: Flask, method: str) -> Iterator[Any]:
    """Every route that answers this method."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods:
            yield rule


def without_meetings(store: Store) -> None:
    """Take out every session of two, and what hangs on it."""
    for record in (InvitationReply, SoonerOffer, Commitment, Session):
        store.execute(delete(record))
