"""The proof of the record: whatever is changed, taken out or cut off later is found."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from supervisor import audit, looking, schedule, sign_ins, trail_jobs
from supervisor.cli import main
from supervisor.extensions import db
from supervisor.groups import meetings
from supervisor.models import (
    Attendance,
    Audit,
    Confirmation,
    DeliveryEvent,
    Entitlement,
    Meeting,
    Message,
    Session,
    Store,
    TrailCheck,
    TrailHead,
    TrailLink,
)
from supervisor.reports.reports import REPORTS, without_names
from supervisor.rules import chain
from supervisor.rules.kinds import Answer, Side
from supervisor.sessions import delivery, sessions
from supervisor.trail import seals, trail_checks, trail_heads, trail_rows
from supervisor.trail.trail_checks import Checked
from tests.test_entitlements import at, session

KEY = "test"
LATER = at(3, 1)
OURS = ("audit", "delivery_event", "trail_link", "trail_head", "trail_check")


@pytest.fixture
def told(store: Store, cast: SimpleNamespace, circle) -> SimpleNamespace:
    """Ben and Ana met and both said so; of a second meeting they differed, and Cleo settled it; a
    third was called off; Ben came to the circle. All of it is sealed."""
    cast.met, cast.argued, cast.off = (session(cast, 2, day) for day in (3, 4, 24))
    store.add_all([cast.met, cast.argued, cast.off])
    store.flush()
    for one, worker in ((cast.met, Answer.HELD), (cast.argued, Answer.PROVIDER_AWAY)):
        delivery.confirm(store, one, Side.PROVIDER, Answer.HELD, cast.ana, at(2, 5))
        delivery.confirm(store, one, Side.WORKER, worker, cast.ben, at(2, 6))
    delivery.settle(store, cast.argued, held=True, by=cast.cleo, now=at(2, 7))
    sessions.cancel(store, cast.off, cast.ben, at(2, 8))
    cast.meeting = store.scalars(
        select(Meeting).where(Meeting.group_id == circle.id).order_by(Meeting.starts_at)
    ).first()
    meetings.mark(store, cast.meeting, cast.ben, True, cast.ben, at(2, 20))
    store.commit()
    sealed(store)
    return cast


def sealed(store: Store, now: datetime = LATER) -> None:
    while seals.seal(store, KEY, now):
        store.commit()
    store.commit()


def checked(store: Store, *heads: tuple[int, str]) -> Checked:
    store.expire_all()
    return trail_checks.check(store, KEY, heads)


def found(store: Store, *heads: tuple[int, str]) -> list[str]:
    return [str(words) for words in checked(store, *heads).found]


def unguarded(store: Store, *statements: str) -> None:
    """Somebody who has the database, and no key, takes the triggers out of their way first."""
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("set local session_replication_role = replica"))
    else:
        _drop_triggers(store)
    for statement in statements:
        store.execute(text(statement))
    if store.get_bind().dialect.name == "postgresql":
        store.execute(text("set local session_replication_role = origin"))


def _drop_triggers(store: Store) -> None:
    names = store.scalars(text("select name from sqlite_master where type = 'trigger'")).all()
    for name in names:
        store.execute(text(f"drop trigger {name}"))


def test_what_was_said_is_sealed_and_stands(store: Store, told) -> None:
    whole = checked(store)
    assert (whole.found, whole.waiting) == ([], 0)
    rows = store.scalar(text("select count(*) from audit"))
    rows += store.scalar(text("select count(*) from delivery_event"))
    assert whole.seq == rows


def test_each_answer_outcome_and_mark_leaves_a_row_with_who_and_when(store: Store, told) -> None:
    events = store.scalars(select(DeliveryEvent).order_by(DeliveryEvent.id)).all()
    rows = [
        (e.what, e.noun_id, e.side or e.person_id, e.value, e.by_id, e.at)
        for e in events
        if e.what in {"answer", "mark"}
    ]
    met, argued, ben, ana = told.met.id, told.argued.id, told.ben.id, told.ana.id
    assert rows == [
        ("answer", met, "provider", "held", ana, at(2, 5)),
        ("answer", met, "worker", "held", ben, at(2, 6)),
        ("answer", argued, "provider", "held", ana, at(2, 5)),
        ("answer", argued, "worker", "provider_away", ben, at(2, 6)),
        ("mark", told.meeting.id, ben, "came", ben, at(2, 20)),
    ]
    outcomes = [(e.noun_id, e.value, e.minutes) for e in events if e.what == "outcome"]
    assert outcomes == [
        (met, "held", 60),
        (argued, "held", 60),
        (argued, None, 60),
        (argued, "held", 60),
        (told.off.id, "cancelled_by_worker", 60),
    ]


def test_whose_a_session_is_leaves_a_row_once_it_came_to_something(store: Store, told) -> None:
    rows = select(DeliveryEvent.noun_id, DeliveryEvent.value).where(DeliveryEvent.what == "owed")
    mine = f"{told.entitlement.id}/{told.ana.id}/1"
    assert store.execute(rows.order_by(DeliveryEvent.id)).all() == [
        (one.id, mine) for one in (told.met, told.argued, told.argued, told.off)
    ], "twice where they differed meanwhile"
    assert found(store) == []


@pytest.mark.parametrize(
    "move",
    ["entitlement_id = (select max(id) from entitlement)", "provider_id = 1", "counts = {no}"],
)
def test_a_session_put_on_another_account_is_found_or_leaves_a_row(
    store: Store, told, move: str
) -> None:
    grant = Entitlement(
        ref="other", person=told.dan, kind="peer_supervision", sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add(grant)
    store.flush()
    no = "false" if store.get_bind().dialect.name == "postgresql" else "0"
    put = f'update "session" set {move.format(no=no)} where id = {told.met.id}'
    with store.begin_nested() as by_trigger:
        store.execute(text(put))
        rows = select(DeliveryEvent.value).where(
            DeliveryEvent.what == "owed", DeliveryEvent.noun_id == told.met.id
        )
        assert len(set(store.scalars(rows))) == 2
        assert found(store) == []
        by_trigger.rollback()
    unguarded(store, put)
    assert found(store) == [
        f"Whose session {told.met.id} was is not as the record of delivery has it."
    ]


def test_what_is_put_right_stays_beside_what_it_was(store: Store, told) -> None:
    store.execute(
        update(Confirmation)
        .where(Confirmation.session_id == told.met.id, Confirmation.side == Side.WORKER)
        .values(answer=Answer.WORKER_AWAY, said_at=at(2, 9))
    )
    meetings.mark(store, told.meeting, told.ben, False, told.ana, at(2, 21))
    store.execute(delete(Attendance))
    store.commit()
    events = store.scalars(select(DeliveryEvent).order_by(DeliveryEvent.id)).all()
    answers = [e.value for e in events if (e.noun_id, e.side) == (told.met.id, "worker")]
    assert answers == ["held", "worker_away"]
    marks = [(e.value, e.by_id) for e in events if e.what == "mark"]
    assert marks == [("came", told.ben.id), ("did_not_come", told.ana.id), (None, None)]
    assert found(store) == []


def test_putting_a_meeting_on_another_day_leaves_a_row(store: Store, told) -> None:
    store.execute(update(Session).where(Session.id == told.met.id).values(starts_at=at(2, 2)))
    store.execute(update(Session).where(Session.id == told.met.id).values(video="https://x.nz"))
    store.commit()
    starts = select(DeliveryEvent.starts_at).where(
        DeliveryEvent.what == "outcome", DeliveryEvent.noun_id == told.met.id
    )
    assert [start.day for start in store.scalars(starts.order_by(DeliveryEvent.id))] == [2, 1]
    assert found(store) == []


@pytest.mark.parametrize("table", OURS)
def test_the_rows_of_the_proof_only_grow(store: Store, told, table: str) -> None:
    trail_heads.tell(store, KEY, LATER + timedelta(days=2))
    trail_checks.keep(store, checked(store), None, LATER)
    store.commit()
    column = db.metadata.tables[table].columns.keys()[-1]
    attacks = [f"update {table} set {column} = {column}", f"delete from {table}"]
    if store.get_bind().dialect.name == "postgresql":
        attacks.append(f"truncate {table}")
    else:
        attacks.append(f"insert or replace into {table} select * from {table}")
    for attack in attacks:
        with pytest.raises(DBAPIError, match="only_grows"), store.begin_nested():
            store.execute(text(attack))


def test_a_row_that_was_changed_is_named_and_no_other(store: Store, told) -> None:
    unguarded(store, "update audit set by_id = 1 where id = 2")
    assert found(store) == ["Row 2 of the audit trail was changed after it was sealed."]
    store.rollback()
    row = store.scalar(select(DeliveryEvent.id).where(DeliveryEvent.value == "provider_away"))
    unguarded(store, f"update delivery_event set value = 'held' where id = {row}")
    assert found(store) == [
        f"Row {row} of the record of delivery was changed after it was sealed.",
        f"An answer about session {told.argued.id} is not as the record of delivery has it.",
    ]


def test_a_row_that_was_removed_is_found_with_its_link_or_without(store: Store, told) -> None:
    unguarded(store, "delete from audit where id = 2")
    assert found(store) == ["Row 2 of the audit trail was removed."]
    unguarded(store, "delete from trail_link where ledger = 'audit' and row_id = 2")
    assert found(store) == ["Links 2 to 2 of the chain were removed."]


def test_a_row_that_was_put_in_or_swapped_is_found(store: Store, told) -> None:
    unguarded(store, "update trail_link set row_id = 99 where seq = 1")
    assert found(store) == ["Row 99 of the audit trail was removed."]
    unguarded(store, "update trail_link set ledger = 'other' where seq = 1")
    assert found(store) == ["Link 1 of the chain belongs to no row that is known here."]


def test_a_cut_is_found_against_the_mark_of_a_letter(store: Store, told) -> None:
    head = checked(store)
    unguarded(
        store,
        f"delete from trail_link where seq > {head.seq - 2}",
        "delete from delivery_event where id not in "
        "(select row_id from trail_link where ledger = 'delivery')",
    )
    assert "cut off" not in " ".join(found(store))
    mark = chain.heard_head(head.head)
    assert mark is not None
    last = head.seq - 2
    assert found(store, mark)[0] == (
        f"The chain ends at link {last}. It had {head.seq} before, so its end was cut off."
    )


def test_a_history_that_was_written_anew_does_not_fit_the_mark(store: Store, told) -> None:
    mark = (3, store.scalar(select(TrailLink.mac).where(TrailLink.seq == 3)))
    unguarded(store, "delete from trail_link", "update audit set verb = 'look' where id = 2")
    sealed(store)
    assert found(store) == []
    assert found(store, mark) == [
        "Link 3 is not the one that was mailed: rows up to it were replaced."
    ]


def test_emptying_everything_is_found_against_the_signed_head(store: Store, told) -> None:
    head = trail_heads.tell(store, KEY, LATER + timedelta(days=2))
    store.commit()
    unguarded(store, *(f"delete from {table}" for table in OURS[:3]))
    assert f"It had {head.seq} before, so its end was cut off." in found(store)[0]


def test_a_head_that_this_hub_did_not_sign_is_no_head(store: Store, told) -> None:
    mac = store.scalar(select(TrailLink.mac).where(TrailLink.seq == 3))
    store.add(TrailHead(seq=3, mac=mac, made_at=LATER, signature="0" * 64))
    store.flush()
    assert found(store) == ["The head at link 3 was not signed by this hub."]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update confirmation set answer = 'held'", "An answer about session"),
        ("delete from confirmation", "An answer about session"),
        ("update session set minutes = 90 where outcome = 'held'", "What became of session"),
        ("update session set outcome = 'held'", "What became of session"),
        ("update attendance set came = false", "Who came to meeting"),
    ],
)
def test_what_is_rewritten_past_the_triggers_is_found(
    store: Store, told, statement: str, says: str
) -> None:
    unguarded(store, statement)
    assert says in found(store)[0]


def test_with_another_key_nothing_fits_and_it_says_so_once(store: Store, told) -> None:
    other = trail_checks.check(store, "other")
    assert other.count == 1
    assert "another key" in str(other.found[0])


def test_rows_that_became_visible_late_are_sealed_late(store: Store, told) -> None:
    """On PostgreSQL a row may be written first and committed last."""
    before = checked(store).seq
    store.add(Audit(id=1000, at=LATER, verb="look", noun="person", noun_ref="x"))
    store.commit()
    sealed(store)
    store.add(Audit(id=999, at=LATER, verb="look", noun="person", noun_ref="x"))
    store.commit()
    assert checked(store).waiting == 1
    sealed(store)
    assert (checked(store).seq, found(store)) == (before + 2, [])


def test_what_is_sealed_in_stretches_is_one_chain(store: Store, told, monkeypatch, now) -> None:
    monkeypatch.setattr(seals, "AT_MOST", 3)
    for _ in range(10):
        audit.record(store, now, told.ben, "look", "person", "ben")
    store.commit()
    sealed(store)
    assert (checked(store).waiting, found(store)) == (0, [])


def test_a_row_left_far_behind_is_sealed_with_the_daily_check(
    store: Store, told, monkeypatch, now
) -> None:
    """As on PostgreSQL, where a long transaction may show its rows late."""
    monkeypatch.setattr(trail_rows, "LOOK_BACK", 0)
    for _ in range(3):
        audit.record(store, now, told.ben, "look", "person", "ben")
    store.commit()
    ids = store.scalars(select(Audit.id).order_by(Audit.id)).all()
    store.add(TrailLink(seq=10_000, ledger="audit", row_id=ids[-1], sealed_at=LATER, mac="x"))
    looking.write(seals.seal, KEY, LATER)
    assert trail_rows.count_waiting(store) == 2
    trail_jobs.check_daily(store, LATER)
    assert trail_rows.count_waiting(store) == 0


def test_when_it_breaks_off_in_the_middle_the_chain_goes_on_where_it_was(
    store: Store, told, monkeypatch, now
) -> None:
    monkeypatch.setattr(seals, "AT_MOST", 3)
    for _ in range(10):
        audit.record(store, now, told.ben, "look", "person", "ben")
    store.commit()
    looking.write(seals.seal, KEY, LATER)
    seals.seal(store, KEY, LATER)
    store.rollback()
    assert (checked(store).waiting, found(store)) == (7, [])
    sealed(store)
    assert (checked(store).waiting, found(store)) == (0, [])


def test_taking_a_persons_name_away_leaves_the_chain_whole(store: Store, told) -> None:
    told.ben.name, told.ben.email, told.ben.phone = "Somebody", None, None
    store.commit()
    assert found(store) == []


def test_the_worker_process_seals_checks_and_mails_the_mark_once_a_day(
    store: Store, cast, now
) -> None:
    audit.record(store, now, cast.ben, "look", "person", "ben")
    store.commit()
    schedule.run_all(now)
    assert store.scalars(select(Message).where(Message.template == "trail_head")).all() == []
    for hours in (25, 26):
        schedule.run_all(now + timedelta(hours=hours))
    letters = store.scalars(select(Message).where(Message.template == "trail_head")).all()
    assert [letter.recipient_id for letter in letters] == [cast.cleo.id]
    assert letters[0].facts["head"].startswith("1:")
    checks = store.scalars(select(TrailCheck)).all()
    assert [(one.seq, one.found, one.by_id) for one in checks] == [(1, 0, None)] * 3


def test_the_hub_is_told_at_once_when_the_check_finds_something(store: Store, told) -> None:
    unguarded(store, "update audit set verb = 'look' where id = 2")
    store.commit()
    schedule.run_all(LATER + timedelta(hours=1))
    warned = store.scalars(select(Message).where(Message.template == "trail_changed")).all()
    assert [(one.recipient_id, one.urgent) for one in warned] == [(told.cleo.id, True)]


@pytest.fixture
def run(monkeypatch, database: str, told) -> Callable[..., object]:
    db.session.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", KEY)
    monkeypatch.setenv("SUPERVISOR_NOW", "2027-03-02T09:00:00+13:00")
    return lambda *words: CliRunner().invoke(main, ["audit", *words])


def test_the_command_says_all_is_well_and_keeps_that_it_looked(store: Store, told, run) -> None:
    head = checked(store).head
    store.rollback()
    said = run("verify", "--head", head)
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.endswith(f"The mark: {head}\nAll is as written.\n")
    assert store.scalar(select(TrailCheck.found)) == 0


def test_the_command_names_what_was_changed_and_fails(store: Store, told, run) -> None:
    unguarded(store, "update audit set verb = 'look' where id = 2")
    store.commit()
    said = run("verify")
    assert said.exit_code == 1
    assert said.stderr == "Row 2 of the audit trail was changed after it was sealed.\n"
    assert "Not everything is as it was written." in said.stdout


@pytest.mark.parametrize("mark", ["", "12", "12:abc", "x:0123456789abcdef", "1:0123456789abcdeg"])
def test_what_is_no_mark_is_said(run, mark: str) -> None:
    said = run("verify", "--head", mark)
    assert said.exit_code == 1
    assert "is no mark" in said.stderr


def test_without_a_key_that_others_share_nothing_is_sealed(
    app, store: Store, cast, now, monkeypatch
) -> None:
    monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], trail_key=""))
    audit.record(store, now, cast.ben, "look", "person", "ben")
    store.commit()
    schedule.run_all(now)
    assert store.scalars(select(TrailLink)).all() == []
    assert store.scalars(select(TrailCheck)).all() == []


def test_the_hub_reads_the_last_check_and_makes_one(store: Store, told, sign_in) -> None:
    cleo = sign_in(told.cleo)
    assert "It has not been checked yet." in cleo.get("/trail").text
    page = cleo.post("/trail/check", follow_redirects=True).text
    assert "All is as it was written." in page
    assert checked(store).head not in {"", None}
    assert store.scalars(select(TrailCheck.by_id)).all() == [told.cleo.id]


def test_the_page_names_what_was_found(store: Store, told, sign_in) -> None:
    cleo = sign_in(told.cleo)
    unguarded(store, "update audit set verb = 'look' where id = 2")
    store.commit()
    page = cleo.post("/trail/check", follow_redirects=True).text
    assert "Something is not as it was written." in page
    assert "Row 2 of the audit trail was changed after it was sealed." in page


def test_the_access_log_says_who_signed_in_and_nothing_of_what_they_wrote(
    store: Store, told, sign_in, now
) -> None:
    token = sign_ins.begin(store, told.ben, device="test", now=now)
    assert token
    table = REPORTS["access"](store, now)
    assert ("ben", "Ben Harris", "Signed in", None, None) in [row[1:] for row in table.rows]
    nameless = str(without_names(table, "key").rows)
    assert "ben" not in nameless
    assert "Ben" not in nameless


SEALER = """
from supervisor import clock, looking
from supervisor.app import create_app
from supervisor.trail import seals
seals.AT_MOST = 2
with create_app().app_context():
    while looking.write(seals.seal, "test", clock.now()):
        print("sealed", flush=True)
"""


def test_a_process_killed_while_it_seals_leaves_a_whole_chain(
    store: Store, told, now, database: str
) -> None:
    for _ in range(200):
        audit.record(store, now, told.ben, "look", "person", "ben")
    store.commit()
    environment = os.environ | {"SUPERVISOR_DATABASE": database, "SUPERVISOR_SECRET_KEY": KEY}
    with subprocess.Popen(
        [sys.executable, "-c", SEALER], env=environment, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == "sealed\n"
        process.kill()
    assert checked(store).found == []
    assert checked(store).waiting > 0
    store.rollback()
    sealed(store)
    assert (checked(store).waiting, found(store)) == (0, [])


def test_two_that_seal_at_once_make_one_chain(app, store: Store, told, now, monkeypatch) -> None:
    monkeypatch.setattr(seals, "AT_MOST", 5)
    for _ in range(60):
        audit.record(store, now, told.ben, "look", "person", "ben")
    store.commit()

    def work(_number: int) -> None:
        with app.app_context():
            while looking.write(seals.seal, KEY, LATER):
                pass

    with ThreadPoolExecutor(3) as several:
        list(several.map(work, range(3)))
    assert (checked(store).waiting, found(store)) == (0, [])
