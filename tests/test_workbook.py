"""The workbook in and out: what an import keeps, changes, leaves alone; what an export tells."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from supervisor.cli import main
from supervisor.groups import groups, meetings
from supervisor.models import (
    Audit,
    Base,
    Commitment,
    Conflict,
    Entitlement,
    Identity,
    Imported,
    Job,
    Leave,
    Match,
    Meeting,
    Offering,
    Person,
    Place,
    Provider,
    Session,
    Store,
    Word,
)
from supervisor.rules.kinds import Answer, MatchState, Outcome, Standing
from supervisor.sessions import delivery, sessions
from supervisor.workbook import WorkbookRefused, export_workbook, import_workbook
from tests.workbooks import DISTRICT, SMALL, bring_in, folder, rows_of, xlsx


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return folder(tmp_path / "small", SMALL)


def one(store: Store, record: type, ref: str):
    return store.scalars(select(record).where(record.ref == ref)).one()


def counted(store: Store) -> dict[str, int]:
    """How many rows every table holds, the memory of imports apart."""
    return {
        table.name: store.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
        if table.name != "imported"
    }


def test_a_small_hub_comes_in_whole(store: Store, small: Path, now) -> None:
    report = bring_in(store, small, now)
    assert {name: c.new for name, c in report.counts.items()} == {
        name: len(rows_of(text)) - 1 for name, text in SMALL.items()
    }
    ana = one(store, Person, "ana")
    assert (ana.name, ana.email, ana.years_experience) == ("Ana Rewi", "ana@example.org", 11.5)
    assert (ana.place.name, ana.place.region, ana.place.land) == ("Dunedin", "OTA", "South")
    assert [(w.weekday, w.starts_minute, w.ends_minute) for w in ana.windows] == [
        (0, 540, 720),
        (2, 780, 1440),
    ]
    assert (ana.identity.agreed_on, ana.identity.rainbow) == (date(2026, 11, 2), False)
    assert one(store, Person, "cleo").contact_by == "paper"
    assert [hat.hat for hat in one(store, Person, "cleo").hats] == ["coordinator", "facilitator"]
    assert one(store, Job, "ben-lakes").manager.ref == "mere"


def test_providers_share_one_row_of_hours(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    assert [p.hours_a_year for p in store.scalars(select(Provider))] == [60.5]
    offered = store.scalars(select(Offering).order_by(Offering.kind)).all()
    assert [(o.capacity, o.regions) for o in offered] == [(2, []), (4, ["OTA", "STL"])]
    assert [word.name for word in offered[0].cultures] == ["Kāi Tahu"]


def test_matches_run_or_have_run_and_both_have_signed(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    ended, running = store.scalars(select(Match).order_by(Match.ends_on.is_(None))).all()
    assert (ended.state, ended.starts_on) == (MatchState.ENDED, date(2027, 1, 1))
    assert running.state == MatchState.ACTIVE
    assert running.agreement.review_on == date(2027, 7, 11)
    assert running.agreement.worker_signed_at == running.agreement.provider_signed_at
    assert running.agreement.employer_signed_at is None


def test_a_time_without_offset_is_the_workers_own_wall_time(store, small, now) -> None:
    bring_in(store, small, now)
    held, cancelled, booked = (one(store, Session, ref) for ref in ("s1", "s2", "s3"))
    assert held.starts_at == datetime(2027, 1, 14, 20, 0, tzinfo=UTC)
    assert (held.zone, held.local_start) == (
        "Pacific/Auckland",
        datetime.fromisoformat("2027-01-15T09:00"),
    )
    assert {c.side: c.answer for c in held.confirmations} == {
        "worker": Answer.HELD,
        "provider": Answer.HELD,
    }
    assert cancelled.cancelled_at == cancelled.starts_at
    assert booked.outcome is None


def test_only_a_booked_session_ahead_takes_its_hour_of_both(store, small, now) -> None:
    bring_in(store, small, now)
    booked = one(store, Session, "s3")
    taken = store.scalars(select(Commitment)).all()
    assert {c.person_id for c in taken} == {one(store, Person, p).id for p in ("ana", "ben")}
    assert {(c.session_id, c.ends_at - c.starts_at) for c in taken} == {
        (booked.id, timedelta(hours=1))
    }


def test_every_touched_entitlement_is_reassessed(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    assert one(store, Entitlement, "ben-peer").look_again_on is not None
    assert one(store, Entitlement, "ben-cultural").standing == Standing.NOT_MATCHED
    leave = "person,starts_on,ends_on\nben,2027-02-01,2027-02-20"
    bring_in(store, folder(small.parent / "away", {"leave": leave}), now)
    assert one(store, Entitlement, "ben-peer").standing == Standing.PAUSED


def test_a_conflict_is_with_a_person_or_an_organisation(store, small, now) -> None:
    bring_in(store, small, now)
    rows = store.scalars(select(Conflict)).all()
    assert {(r.other_person_id is None, r.other_organisation_id is None) for r in rows} == {
        (False, True),
        (True, False),
    }


def test_the_same_file_twice_changes_nothing(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    before = counted(store)
    report = bring_in(store, small, now + timedelta(days=1))
    assert report.changes == 0
    assert (report.kept, report.waiting, report.new_words) == ([], [], [])
    assert counted(store) == before


@pytest.mark.parametrize("name", ["out", "out.xlsx"])
def test_what_is_exported_comes_back_without_a_change(store, small, now, tmp_path, name) -> None:
    bring_in(store, small, now)
    before = counted(store)
    export_workbook(store, tmp_path / name, now)
    report = bring_in(store, tmp_path / name, now)
    assert report.changes == 0
    assert len(report.counts) == len(SMALL) + 2
    assert counted(store) == before


def test_what_was_withdrawn_comes_back_so_and_not_as_what_did_not_happen(
    store, small, now, tmp_path
) -> None:
    bring_in(store, small, now)
    sessions.withdraw(store, one(store, Session, "s3"), None, now)
    store.commit()
    export_workbook(store, tmp_path / "out", now)
    assert bring_in(store, tmp_path / "out", now).changes == 0
    text = (tmp_path / "out" / "sessions.csv").read_text()
    bring_in(store, folder(tmp_path / "anew", {"sessions": text.replace("s3,", "s9,")}), now)
    assert delivery.withdrawn(one(store, Session, "s9"))
    text = text.replace("s3,", "s9,").replace("withdrawn", "did_not_happen")
    bring_in(store, folder(tmp_path / "plain", {"sessions": text}), now)
    again = one(store, Session, "s9")
    assert (again.outcome, again.cancelled_at) == (Outcome.DID_NOT_HAPPEN, None)


ONLY_GROW = {"audit", "delivery_event", "trail_link", "trail_head", "trail_check"}
"""Tables of which nothing can be taken away."""


@pytest.mark.parametrize("source", ["small", "district"])
@pytest.mark.parametrize("name", ["out", "out.xlsx"])
def test_an_export_fills_an_empty_hub_with_the_same(
    store, small, now, tmp_path, source, name
) -> None:
    bring_in(store, small if source == "small" else DISTRICT, now)
    export_workbook(store, tmp_path / name, now)
    export_workbook(store, tmp_path / "first", now)
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in ONLY_GROW:
            store.execute(table.delete())
    store.commit()
    store.expunge_all()
    bring_in(store, tmp_path / name, now)
    export_workbook(store, tmp_path / "second", now)
    for file in (tmp_path / "first").iterdir():
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()


def test_xlsx_and_csv_say_the_same(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    report = bring_in(store, xlsx(tmp_path / "same.xlsx", SMALL), now)
    assert report.changes == 0


def test_a_spreadsheets_own_dates_and_numbers_are_understood(store, now, tmp_path) -> None:
    book = Workbook()
    page = book.active
    page.title = "People"
    page.append(["ID", "Name", "Clinical", "Travel km", "Youth until", "years_experience"])
    page.append([7, "Sina Tau", True, 40.0, datetime.fromisoformat("2029-06-01"), 2.5])
    book.save(tmp_path / "typed.xlsx")
    bring_in(store, tmp_path / "typed.xlsx", now)
    sina = one(store, Person, "7")
    assert (sina.clinical, sina.travel_km, sina.years_experience) == (True, 40, 2.5)
    assert sina.identity.youth_until == date(2029, 6, 1)


def test_a_dry_run_tells_and_keeps_nothing(store: Store, small: Path, now) -> None:
    before = counted(store)
    report = bring_in(store, small, now, dry_run=True)
    assert (report.counts["people"].new, report.dry_run) == (4, True)
    assert ("culture", "Kāi Tahu") in report.new_words
    assert counted(store) == before


def test_a_blank_never_erases(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    blank = "id,name,email,place,perspectives,gender,modes,free,travel_km\nana,,,,,,,,"
    report = bring_in(store, folder(tmp_path / "blank", {"people": blank}), now)
    assert (report.counts["people"].same, report.changes) == (1, 0)
    ana = one(store, Person, "ana")
    assert (ana.email, ana.travel_km, len(ana.windows), len(ana.traits)) == (
        "ana@example.org", 60, 2, 6,
    )  # fmt: skip


def test_a_changed_cell_changes_only_itself(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    text = "id,name,languages,free\nana,Ana Rewi,English;Samoan,Tue 08:00-10:00"
    report = bring_in(store, folder(tmp_path / "new", {"people": text}), now)
    assert (report.counts["people"].changed, report.new_words) == (1, [("language", "Samoan")])
    ana = one(store, Person, "ana")
    words = {t.word.name for t in ana.traits if t.word.vocabulary == "language"}
    assert words == {"English", "Samoan"}
    assert [w.weekday for w in ana.windows] == [1]
    assert ana.travel_km == 60


def test_an_edit_made_here_since_the_last_import_wins_and_is_listed(store, small, now) -> None:
    bring_in(store, small, now)
    one(store, Person, "ben").travel_km = 10
    one(store, Session, "s3").starts_at += timedelta(days=1)
    one(store, Entitlement, "ben-peer").sessions = 12
    store.commit()
    report = bring_in(store, small, now)
    assert report.changes == 0
    assert report.kept == [
        "entitlements, ben-peer, sessions was edited here since: 12 stays, the file says 10",
        "sessions, s3, starts_at was edited here since: "
        "2027-03-19T20:00+00:00 stays, the file says 2027-03-18T20:00+00:00",
    ]
    assert one(store, Entitlement, "ben-peer").sessions == 12


def test_an_edit_of_what_the_file_left_open_wins_as_well(store, small, now, tmp_path) -> None:
    bring_in(store, small, now)
    ben, booked = one(store, Person, "ben"), one(store, Session, "s3")
    ben.travel_km, booked.outcome = 10, Outcome.HELD
    store.commit()
    assert bring_in(store, small, now).kept == []
    text = "id,name,travel_km,contact_by,years_experience\nben,Ben Harris,50,phone,3"
    late = SMALL["sessions"].replace("video,,,", "video,cancelled_by_worker,,")
    later = folder(tmp_path / "later", {"people": text, "sessions": late})
    assert bring_in(store, later, now).kept == [
        "people, ben, travel_km was edited here since: 10 stays, the file says 50",
        "sessions, s3, outcome was edited here since: "
        "held stays, the file says cancelled_by_worker",
    ]
    assert (ben.travel_km, ben.contact_by, ben.years_experience) == (10, "phone", 3)
    assert one(store, Session, "s3").outcome == Outcome.HELD


def test_what_was_removed_here_is_not_brought_back(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    store.delete(store.scalars(select(Leave)).one())
    store.commit()
    report = bring_in(store, small, now)
    assert report.kept == ["leave, ben 2027-03-01 was removed here since"]
    assert store.scalars(select(Leave)).all() == []


def test_identity_that_was_taken_back_stays_away(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    ana = one(store, Person, "ana")
    for trait in [t for t in ana.traits if t.word.vocabulary == "culture"]:
        store.delete(trait)
    ana.identity.agreed_on = None
    store.commit()
    report = bring_in(store, small, now)
    assert "people, ana, cultures was edited here since" in report.kept
    assert one(store, Person, "ana").identity.agreed_on is None


def test_identity_without_its_owners_yes_is_not_exported(store, now, tmp_path) -> None:
    text = "id,name,cultures,languages,needed_languages,rainbow\nben,Ben,Samoan,Samoan,English,yes"
    bring_in(store, folder(tmp_path / "in", {"people": text}), now)
    assert store.scalars(select(Identity)).one().received_at == now
    export_workbook(store, tmp_path / "out", now)
    with (tmp_path / "out" / "people.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["cultures"], row["languages"], row["rainbow"]) == ("", "", "")
    assert row["needed_languages"] == "English"


def test_unknown_columns_and_sheets_are_reported_and_left(store, now, tmp_path) -> None:
    sheets = {"people": "id,name,shoe_size,\nben,Ben,44,x", "shoes": "a\nb"}
    report = bring_in(store, folder(tmp_path / "odd", sheets), now)
    assert report.notes == [
        "shoes: unknown sheet",
        "people, shoe_size: unknown column",
        "people, column 4: no name in the header",
    ]
    assert report.counts["people"].new == 1


def test_a_new_word_is_asked_for_and_then_accepted(store: Store, small: Path, now) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        import_workbook(store, small, now)
    assert str(refused.value.faults[0]) == (
        'people, row 2, perspectives, "consumer": '
        "words of the list perspective; consumer is new (--add-words)"
    )
    assert ("practice_model", "") not in refused.value.new_words
    assert ("gender", "woman") in refused.value.new_words
    assert store.scalars(select(Word)).all() == []


def test_a_word_is_spelt_as_the_hub_spells_it(store: Store, cast, now, tmp_path) -> None:
    text = "id,name,perspectives\nben,Ben Harris,Consumer;CARER"
    import_workbook(store, folder(tmp_path / "in", {"people": text}), now)
    assert {t.word.name for t in one(store, Person, "ben").traits} == {"consumer", "carer"}


def test_an_id_that_two_sheets_share_is_said(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    sheets = {
        "organisations": "id,name\nmere,Mere's House",
        "conflicts": "person,other\nben,mere",
    }
    report = bring_in(store, folder(tmp_path / "in", sheets), now)
    assert report.notes == [
        "conflicts, row 2, other: mere is the id of a row in people and organisations; "
        "taken as people"
    ]


def test_a_byte_order_mark_and_windows_lines_are_fine(store, now, tmp_path) -> None:
    path = folder(tmp_path / "bom", {"people": "id,name\r\nben,Ben"}, bom=True)
    assert bring_in(store, path, now).counts["people"].new == 1


NASTY = ["=1+1", "+64 21 555", "-2+3", "@home", "'=x", "''+y", "<script>alert(1)</script>",
         "Ngāi 😀", "\u202eabc", 'say "hi", Ben; bye', "'Akau", "\tTab", "\rReturn",
         "\r\n=x"]  # fmt: skip


@pytest.mark.parametrize("name", ["out", "out.xlsx"])
def test_a_formula_is_disarmed_on_the_way_out_and_the_same_again(
    store, now, tmp_path, name
) -> None:
    people = [Person(ref=f"p{i}", name=text) for i, text in enumerate(NASTY)]
    store.add_all(people)
    store.commit()
    export_workbook(store, tmp_path / name, now)
    cells = _names(tmp_path / name)
    assert cells[:4] == ["'=1+1", "'+64 21 555", "'-2+3", "'@home"]
    assert cells[6:11] == NASTY[6:11]
    assert bring_in(store, tmp_path / name, now).changes == 0
    export_workbook(store, tmp_path / name, now)
    assert _names(tmp_path / name) == cells


def _names(path: Path) -> list[str]:
    if path.is_dir():
        with (path / "people.csv").open(newline="") as file:
            return [row["name"] for row in csv.DictReader(file)]
    rows = load_workbook(path)["people"].iter_rows(min_row=2, values_only=True)
    return [row[1] for row in rows]


def test_two_people_may_swap_their_addresses(store: Store, cast, now, tmp_path) -> None:
    text = "id,name,email\nana,Ana Rewi,ben@example.org\nben,Ben Harris,ana@example.org"
    assert bring_in(store, folder(tmp_path / "in", {"people": text}), now).changes == 2
    assert one(store, Person, "ana").email == "ben@example.org"


def test_who_joins_or_leads_a_group_by_import_has_its_hours(store, small, now, tmp_path) -> None:
    def whose() -> set[str]:
        query = select(Person.ref).join(Commitment, Commitment.person_id == Person.id)
        return set(store.scalars(query.where(Commitment.meeting_id == first.id)))

    bring_in(store, small, now)
    groups.extend(store, now)
    store.commit()
    first = store.scalars(select(Meeting).order_by(Meeting.starts_at)).first()
    assert whose() == {"ben", "cleo"}
    meetings.answer(store, first, one(store, Person, "ben"), False, now)
    sheets = {
        "groups": SMALL["groups"].replace("cleo", "ana"),
        "group_members": "group,person,left_on\ninland,cleo,\ninland,mere,2027-02-01",
    }
    bring_in(store, folder(tmp_path / "in", sheets), now)
    assert whose() == {"ana", "cleo"}, "Ben said no, and Mere has left"


def test_a_moved_session_takes_its_new_hour_and_leaves_the_old(store, small, now, tmp_path):
    bring_in(store, small, now)
    text = "\n".join(SMALL["sessions"].splitlines()[::3])
    moved = text.replace("03-19T09:00", "03-19T09:30")
    bring_in(store, folder(tmp_path / "moved", {"sessions": moved}), now)
    session = one(store, Session, "s3")
    assert (session.sequence, session.local_start.minute) == (1, 30)
    assert {c.starts_at for c in store.scalars(select(Commitment))} == {session.starts_at}
    held = moved.replace("video,,,", "video,held,,")
    bring_in(store, folder(tmp_path / "held", {"sessions": held}), now)
    assert store.scalars(select(Commitment)).all() == []
    assert one(store, Session, "s3").outcome == Outcome.HELD


def test_an_import_is_in_the_audit_trail_once(store: Store, small: Path, now) -> None:
    bring_in(store, small, now)
    bring_in(store, small, now)
    assert [(a.verb, a.noun) for a in store.scalars(select(Audit))] == [("import", "workbook")]


def test_what_is_remembered_of_a_file_holds_none_of_its_words(store, small, now) -> None:
    bring_in(store, small, now)
    kept = json.dumps([row.cells for row in store.scalars(select(Imported))])
    assert "Kāi" not in kept
    assert "woman" not in kept


def test_the_commands_import_and_export(app, database, small, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    run = CliRunner()
    asked = run.invoke(main, ["import", str(small)])
    assert asked.exit_code == 1
    assert "new word in the list culture: Kāi Tahu" in asked.output
    dry = run.invoke(main, ["import", str(small), "--dry-run", "--add-words"])
    assert (dry.exit_code, dry.output.splitlines()[-1]) == (
        0,
        "Nothing was kept: this was a dry run.",
    )
    done = run.invoke(main, ["import", str(small), "--add-words", "--json"])
    assert json.loads(done.output)["counts"]["people"] == {"new": 4, "changed": 0, "same": 0}
    out = run.invoke(main, ["export", str(tmp_path / "out.xlsx"), "--json"])
    assert json.loads(out.output)["people"] == 4
    assert run.invoke(main, ["export", str(tmp_path / "plain")]).exit_code == 0
    again = run.invoke(main, ["import", str(tmp_path / "plain")])
    assert "people: 0 new, 0 changed, 4 the same" in again.output
    assert run.invoke(main, ["import", str(tmp_path / "nowhere")]).exit_code == 2


def test_hats_are_put_on_and_taken_off(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    text = "id,name,hats\ncleo,Cleo Martin,funder;coordinator"
    bring_in(store, folder(tmp_path / "hats", {"people": text}), now)
    assert [hat.hat for hat in one(store, Person, "cleo").hats] == ["coordinator", "funder"]


def test_what_each_side_answered_travels_with_the_session(store, small, now, tmp_path) -> None:
    head = "id,entitlement,provider,starts_at,minutes,mode,outcome"
    sides = "worker_confirmed_at,provider_confirmed_at,worker_answer,provider_answer,counts"
    row = "s8,ben-peer,ana,2027-01-22T09:00,60,video,"
    said = "2027-01-22T12:00,2027-01-22T13:00,held,worker_away,no"
    bring_in(store, small, now)
    text = f"{head},{sides}\n{row},{said}"
    bring_in(store, folder(tmp_path / "in", {"sessions": text}), now)
    session = one(store, Session, "s8")
    assert (session.outcome, session.counts) == (None, False)
    assert {c.answer for c in session.confirmations} == {Answer.HELD, Answer.WORKER_AWAY}


def test_a_worker_far_away_means_their_own_clock(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    sheets = {
        "people": "id,name,time_zone\nben,Ben Harris,Pacific/Chatham",
        "sessions": (
            "id,entitlement,provider,starts_at,minutes,mode\n"
            "s9,ben-peer,ana,2027-05-14T09:00,60,video"
        ),
    }
    bring_in(store, folder(tmp_path / "in", sheets), now)
    session = one(store, Session, "s9")
    assert session.zone == "Pacific/Chatham"
    assert session.starts_at == datetime(2027, 5, 13, 20, 15, tzinfo=UTC)


def test_a_place_without_coordinates_is_the_town_of_its_name(store, now, tmp_path) -> None:
    text = "id,name,latitude,longitude,land\np1,Wanaka,,,\np2,Oban,-46.9,168.1,Rakiura"
    bring_in(store, folder(tmp_path / "in", {"places": text}), now)
    towns = [one(store, Place, ref) for ref in ("p1", "p2")]
    assert [(t.latitude, t.region, t.land) for t in towns] == [
        (-44.694, "OTA", "South"),
        (-46.9, None, "Rakiura"),
    ]
