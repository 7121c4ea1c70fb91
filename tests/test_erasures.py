"""Erasing somebody: who they are goes, what was held stays, and the record stays whole."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from supervisor import conflicts, leaving, messages, sign_ins
from supervisor.cli import main
from supervisor.errors import Refused
from supervisor.feeds import feeds
from supervisor.models import (
    Base,
    Entitlement,
    Erased,
    Erasure,
    Feed,
    KeptFeed,
    Message,
    Person,
    PersonHat,
    Question,
    Session,
    SessionSeries,
    SignIn,
    Store,
    new_ref,
)
from supervisor.privacy import erasures
from supervisor.privacy.person_map import FATES
from supervisor.reports.reports import REPORTS
from supervisor.rules import erased
from supervisor.rules.kinds import Answer, FeedLevel, Hat, Side
from supervisor.sessions import delivery
from supervisor.trail import seals, trail_checks
from supervisor.workbook import WorkbookRefused, export_workbook, import_workbook
from tests.everybody import settle

KEY = "test"
DAY = timedelta(days=1)


def test_every_column_with_somebody_in_it_has_a_fate() -> None:
    """A new one needs a line in `person_map.py`."""
    named = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    others = {
        ("audit", "by_id"), ("audit", "for_id"), ("delivery_event", "by_id"),
        ("delivery_event", "person_id"), ("trail_check", "by_id"), ("share", "person_id"),
        ("offering", "person_id"), ("touched", "person_id"),
    }  # fmt: skip
    known = {(column.class_.__tablename__, column.key) for column in FATES}
    assert known == named | others


def test_every_column_of_a_person_is_emptied() -> None:
    """What may be empty becomes so; what may not is set by name in `erasing.py`."""
    kept = {column.key for column in Person.__table__.columns if not column.nullable}
    assert kept == {
        "id", "ref", "name", "contact_by", "locale", "tell_at_hour", "modes", "matters_most",
        "invited",
    }  # fmt: skip


@pytest.fixture
def ben(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """All that the cast has of Ben, and words about him; his last day was yesterday."""
    settle(store, cast, now)
    cast.match.ref = new_ref()
    cast.ben.phone, cast.ben.video = "021 555 0199", "https://meet.example.org/ben"
    sign_ins.begin(store, cast.ben, device="test", now=now)
    feeds.make_feed(store, cast.ben, "Phone", now)
    delivery.confirm(store, cast.past, Side.WORKER, Answer.HELD, cast.ben, now)
    for reader, facts in ((cast.ana, {"other": "Ben Harris"}), (cast.ben, {"other": "Ana Rewi"})):
        messages.tell(store, reader, "cause of ben", "match_closed", facts, now)
    store.add(
        Question(manager=cast.rua, word="Is BEN HARRIS fine? Ben Harris said so.", asked_at=now)
    )
    plan = leaving.plan(store, cast.ben, now.date() + DAY, now)
    leaving.leave(store, cast.ben, now.date() + DAY, plan.seen, cast.cleo, now)
    leaving.end_seats(store, now + 3 * DAY)
    store.commit()
    return cast


@pytest.fixture
def erase(store: Store, ben, now) -> Callable[[], None]:
    """Fay, who was asked, says yes."""

    def done() -> None:
        wish = store.scalars(select(Erasure)).one()
        erasures.agree(store, wish, ben.fay, KEY, now + 3 * DAY)
        store.commit()

    return done


def rows(store: Store) -> dict[str, str]:
    return {
        table: "\n".join(str(tuple(row)) for row in store.execute(text(f'select * from "{table}"')))
        for table in inspect(store.connection()).get_table_names()
    }


def found(store: Store, words: str) -> list[str]:
    """The tables in which something stands."""
    whole = rows(store)
    return [table for table, said in whole.items() if re.search(words, said, re.IGNORECASE)]


def test_nothing_that_names_them_is_left(store: Store, ben, erase) -> None:
    named = r"Ben Harris|ben@example\.org|021 555 0199|meet\.example\.org/ben"
    named += r"|\bben(-2027|-lakes)?['\":]"
    before = found(store, named)
    assert {"person", "message", "question", "entitlement", "job"} <= set(before)
    erase()
    assert found(store, named) == []


def test_what_was_held_stays_with_its_minutes_and_kind(store: Store, ben, erase, now) -> None:
    owed, held = ben.entitlement.id, ben.past.id
    erase()
    session = store.get(Session, held)
    assert session
    assert (session.minutes, session.outcome) == (60, "held")
    assert (session.ref, session.entitlement_id) == ("session-0", owed)
    assert session.entitlement.kind == "peer_supervision"
    assert re.fullmatch(r"Nobody \w{6}", session.entitlement.person.name)
    for report in REPORTS.values():
        assert "Ben Harris" not in str(report(store, now + 4 * DAY).rows)
    assert "Nobody" in str(REPORTS["delivery"](store, now + 4 * DAY).rows)


def test_the_record_stays_whole(store: Store, ben, erase, now) -> None:
    seals.seal(store, KEY, now)
    store.commit()
    erase()
    seals.seal(store, KEY, now + 3 * DAY)
    store.commit()
    assert trail_checks.check(store, KEY).count == 0


def test_what_is_kept_of_other_peoples_calendars_is_made_without_their_name(
    store: Store, ben, client: FlaskClient, erase, now
) -> None:
    """One that Ana's phone fetched, with a meeting of a series."""
    began = ben.past.local_start
    ben.past.series = SessionSeries(rhythm="weekly", first_start=began, zone="UTC")
    ben.past.series_start = began
    token = feeds.make_feed(store, ben.ana, "Phone", now)
    feeds.set_level(store, ben.ana, FeedLevel.FULL, now)
    store.commit()
    assert "Ben Harris" in client.get(f"/feeds/{token}.ics").text
    store.rollback()
    assert "fragment" in found(store, "Ben Harris")
    erase()
    assert found(store, "Ben Harris") == []
    assert store.query(KeptFeed).count() == 0
    assert "with Nobody " in client.get(f"/feeds/{token}.ics").text


@pytest.mark.parametrize("has", ["If-None-Match", "If-Modified-Since"])
def test_a_program_that_has_their_name_is_given_the_calendar_without_it(
    store: Store, ben, client: FlaskClient, erase, now, has: str
) -> None:
    """Told that nothing is new, it would keep the name for good."""
    token = feeds.make_feed(store, ben.ana, "Phone", now)
    feeds.set_level(store, ben.ana, FeedLevel.FULL, now)
    store.commit()
    before = client.get(f"/feeds/{token}.ics")
    mark = before.headers["ETag" if has == "If-None-Match" else "Last-Modified"]
    assert client.get(f"/feeds/{token}.ics", headers={has: mark}).status_code == 304
    store.rollback()
    erase()
    after = client.get(f"/feeds/{token}.ics", headers={has: mark})
    assert ("Ben Harris" in before.text, after.status_code) == (True, 200)
    assert "Ben Harris" not in after.text


def test_what_lets_them_in_is_gone_at_once(store: Store, ben, erase) -> None:
    erase()
    theirs = [store.query(SignIn).filter_by(person_id=ben.ben.id).count()]
    theirs += [store.query(Feed).filter_by(person_id=ben.ben.id).count()]
    assert theirs == [0, 0]
    told = store.scalars(select(Message).where(Message.recipient_id == ben.ben.id)).all()
    assert {str(one.facts) for one in told} == {"{}"}
    assert all(one.dropped_at for one in told)


def test_nobodys_else_details_go_with_them(store: Store, ben, erase) -> None:
    erase()
    names = store.scalars(select(Person.name)).all()
    assert {"Ana Rewi", "Mere Parata", "Dan Foley"} <= set(names)
    question = store.scalars(select(Question.word).where(Question.manager_id == ben.rua.id)).one()
    assert question == "Is somebody fine? somebody said so."


def test_a_supervisor_is_erased_as_well(store: Store, cast, now) -> None:
    settle(store, cast, now)
    plan = leaving.plan(store, cast.ana, now.date() + DAY, now)
    leaving.leave(store, cast.ana, now.date() + DAY, plan.seen, cast.cleo, now)
    later = now + 3 * DAY
    store.add(PersonHat(person_id=cast.fay.id, hat=Hat.COORDINATOR))
    store.flush()
    wish = erasures.put(store, cast.ana, cast.fay, cast.cleo, later)
    erasures.agree(store, wish, cast.fay, KEY, later)
    assert found(store, "Ana Rewi|ana@example") == []
    assert store.get_one(Session, cast.past.id).provider.name.startswith("Nobody ")


def test_a_hold_and_what_lies_ahead_stand_against_it(store: Store, cast, now) -> None:
    settle(store, cast, now)
    against = [str(words) for words in erasures.preview(store, cast.ben, now).against]
    assert against == [erasures.STILL_HERE, erasures.MEETS, erasures.RUNS]
    wish = store.scalars(select(Erasure)).one()
    with pytest.raises(Refused):
        erasures.agree(store, wish, cast.fay, KEY, now)
    plan = leaving.plan(store, cast.ben, now.date() + DAY, now)
    leaving.leave(store, cast.ben, now.date() + DAY, plan.seen, cast.cleo, now)
    erasures.hold(store, cast.ben, cast.cleo, now)
    with pytest.raises(Refused, match="legal hold"):
        erasures.agree(store, wish, cast.fay, KEY, now + 3 * DAY)
    erasures.lift(store, cast.ben, cast.cleo, now)
    assert erasures.preview(store, cast.ben, now + 3 * DAY).against == []


def test_nobody_says_both_yeses(store: Store, ben, now) -> None:
    wish = store.scalars(select(Erasure)).one()
    with pytest.raises(Refused, match="second person"):
        erasures.agree(store, wish, ben.cleo, KEY, now + 3 * DAY)
    with pytest.raises(Refused, match="Choose"):
        erasures.put(store, ben.ben, ben.cleo, ben.cleo, now + 3 * DAY)


def test_the_answer_is_due_after_twenty_working_days(store: Store, cast, now) -> None:
    """Neither weekends, holidays nor 25 December to 15 January count."""
    wish = erasures.ask(store, cast.ben, cast.ben, now)
    assert erasures.ask(store, cast.ben, cast.ben, now) is wish
    assert erasures.due_on(store, wish) == date(2027, 3, 10)
    wish.asked_at = wish.asked_at.replace(year=2026, month=12, day=17, hour=1)
    assert erasures.due_on(store, wish) == date(2027, 2, 5)


def test_an_import_does_not_bring_them_back(store: Store, ben, erase, now, tmp_path: Path) -> None:
    export_workbook(store, tmp_path, now)
    store.commit()
    erase()
    with pytest.raises(WorkbookRefused) as refused:
        import_workbook(store, tmp_path, now + 4 * DAY, key=KEY)
    faults = [str(fault) for fault in refused.value.faults if fault.sheet == "people"]
    assert [one for one in faults if "was erased" in one]
    store.rollback()
    assert store.query(Person).filter_by(name="Ben Harris").count() == 0


def test_a_restored_copy_is_erased_again(store: Store, ben, now) -> None:
    """The marks of the erasing, laid beside a copy from before it."""
    wish = store.scalars(select(Erasure)).one()
    erasures.agree(store, wish, ben.fay, KEY, now + 3 * DAY)
    marks = erasures.marks(store)
    store.rollback()
    assert found(store, "Ben Harris")
    assert not any("ben" in mark for mark in marks)
    assert erasures.again(store, marks, KEY, now + 5 * DAY) == 1
    assert found(store, "Ben Harris") == []
    assert store.scalars(select(Erased.mark)).all() != []
    assert erasures.again(store, marks, KEY, now + 6 * DAY) == 0


def test_the_commands_keep_the_marks_and_use_them(
    store: Store, app, ben, erase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase()
    monkeypatch.setenv("SUPERVISOR_DATABASE", app.config["HUB"].database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", KEY)
    marks = tmp_path / "marks"
    kept = CliRunner().invoke(main, ["erased", "keep", str(marks)])
    assert "2 marks" in kept.output
    again = CliRunner().invoke(main, ["erased", "again", str(marks)])
    assert again.output == "0 erased again; 2 marks read.\n"


def test_a_file_of_marks_that_an_older_version_wrote_opens(
    store: Store, app, ben, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began with the mark of its key alone."""
    monkeypatch.setenv("SUPERVISOR_DATABASE", app.config["HUB"].database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", KEY)
    older = [erased.hub_mark(KEY).removeprefix(erased.HUB), *erased.marks(KEY, "ben", None)]
    marks = tmp_path / "marks"
    marks.write_text("\n".join(older))
    said = CliRunner().invoke(main, ["erased", "again", str(marks)])
    assert (said.exit_code, said.stdout) == (0, "1 erased again; 1 marks read.\n")
    store.refresh(ben.ben)
    assert ben.ben.email is None


def test_marks_of_another_key_are_not_taken_for_nobody(
    store: Store, app, ben, erase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase()
    monkeypatch.setenv("SUPERVISOR_DATABASE", app.config["HUB"].database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", KEY)
    marks, cut = tmp_path / "marks", tmp_path / "cut"
    CliRunner().invoke(main, ["erased", "keep", str(marks)])
    cut.write_text("\n".join(marks.read_text().split()[1:]))
    for key, file in (("another", marks), (KEY, cut)):
        monkeypatch.setenv("SUPERVISOR_SECRET_KEY", key)
        said = CliRunner().invoke(main, ["erased", "again", str(file)])
        assert said.exit_code == 1
        assert "nobody was looked for" in said.output


def test_marks_are_not_kept_with_another_key_than_they_were_made_with(
    store: Store, app, ben, erase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would look like a file of this hub, and find nobody."""
    erase()
    monkeypatch.setenv("SUPERVISOR_DATABASE", app.config["HUB"].database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "another")
    said = CliRunner().invoke(main, ["erased", "keep", str(tmp_path / "marks")])
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("The marks in this database were made with another key")
    assert not (tmp_path / "marks").exists()


def test_marks_of_two_keys_open_one_after_the_other(
    store: Store, app, ben, erase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mark in (*erased.marks("newer", "ana", None), erased.hub_mark("newer")):
        store.add(Erased(mark=mark, erased_on=date(2027, 2, 1)))
    erase()
    monkeypatch.setenv("SUPERVISOR_DATABASE", app.config["HUB"].database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", KEY)
    marks = tmp_path / "marks"
    assert "3 marks" in CliRunner().invoke(main, ["erased", "keep", str(marks)]).stdout
    for key, count in ((KEY, 0), ("newer", 1)):
        monkeypatch.setenv("SUPERVISOR_SECRET_KEY", key)
        said = CliRunner().invoke(main, ["erased", "again", str(marks)])
        assert said.stdout == f"{count} erased again; 3 marks read.\n"
        assert "with each SUPERVISOR_SECRET_KEY that the hub had" in said.stderr


@pytest.fixture
def cleo(ben, sign_in) -> FlaskClient:
    return sign_in(ben.cleo)


def test_whether_somebody_would_rather_not_meet_anybody_is_not_told_before(
    store: Store, cast, now
) -> None:
    """Nobody at the hub can read whom; not how many either."""
    goes = erasures.preview(store, cast.ben, now).goes
    conflicts.declare(store, cast.ben, "Dan", cast.ben, now)
    assert [str(words) for words in erasures.preview(store, cast.ben, now).goes] == [
        str(words) for words in goes
    ]


def test_the_hub_reads_what_goes_before_anything_is_done(store: Store, ben, cleo) -> None:
    page = cleo.get("/people/ben/erasure").text
    for words in ("What goes, for good", "What stays", "Legal hold", "They are to be answered by"):
        assert words in page
    assert "Asks to be erased" in cleo.get("/today").text
    assert "It is done." not in page


def test_from_asking_to_done_by_the_pages(store: Store, ben, cleo, sign_in, now) -> None:
    from supervisor import clock

    clock.set_to(now + 3 * DAY)
    store.add(PersonHat(person_id=ben.fay.id, hat=Hat.COORDINATOR))
    store.query(Erasure).delete()
    store.commit()
    asked = cleo.post("/people/ben/erasure", data={"second": "fay"})
    assert asked.status_code == 303
    fay = sign_in(ben.fay)
    assert "Yes, erase it" in fay.get(asked.location).text
    assert "Yes, erase it" not in cleo.get(asked.location).text
    assert "Choose yes or no." in fay.post(asked.location).text
    done = fay.post(asked.location, data={"agreed": "yes"}, follow_redirects=True).text
    assert "It is done." in done
    assert "Ben Harris" not in done
    assert cleo.get("/people/ben").status_code == 404
    assert cleo.get("/today").status_code == 200


def test_somebody_asks_on_their_own_page_and_takes_it_back(store: Store, cast, sign_in) -> None:
    dan = sign_in(cast.dan)
    assert "Ask for it" in dan.get("/privacy").text
    page = dan.post("/privacy/erasure", follow_redirects=True).text
    assert "The hub answers you by" in page
    assert (
        "Nothing is erased." in dan.post("/privacy/erasure/withdrawal", follow_redirects=True).text
    )
    assert store.query(Entitlement).filter_by(ref="ben-2027").count() == 1
