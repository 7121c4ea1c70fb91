"""Every bad cell is named by sheet, row, column, value and what would be right; nothing is kept."""

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from sqlalchemy import create_engine, func, insert, select

from supervisor import settings
from supervisor.cli import main
from supervisor.errors import Refused
from supervisor.models import Base, Commitment, Person, Session, Store
from supervisor.workbook import (
    WorkbookRefused,
    WorkbookSettings,
    export_workbook,
    import_workbook,
)
from tests.conftest import ENGINES
from tests.workbooks import SMALL, bring_in, folder, xlsx

BAD = {
    "places": "id,name,latitude,longitude\nx,Nowhere,-95.5,170",
    "people": (
        "id,name,email,clinical,modes,travel_km,free,time_zone,matters_most,place\n"
        "ana,Ana Rewi,ana@example.org,no,video,50,Mon 09:00-12:00,,,Dunedin\n"
        "ben,Ben Harris,ben at home,perhaps,video;pigeon,far,Mon 9-12,NZ Time,,Atlantis\n"
        "\n"
        "dan,,ANA@example.org,,,,Tue 12:00-09:00,,near;time;choice;focus,\n"
        "ana,Somebody,,,,,,,,"
    ),
    "jobs": (
        "id,person,organisation,role,manager,starts_on,ends_on\n"
        "j1,ben,lakes,wizard,ben,2027-02-30,\n"
        "j2,nobody,lakes,educator,,2027-05-01,2027-04-01"
    ),
    "providers": (
        "person,kind,capacity,hours_a_year\nana,peer_supervision,-1,60\nana,mentoring,2,70"
    ),
    "entitlements": (
        "id,person,kind,sessions,minutes,starts_on,ends_on\n"
        "e1,ben,peer_supervision,10,60,2027-01-01,2027-12-31\n"
        "e2,ben,pure_magic,ten,60,2027-01-01,"
    ),
    "matches": (
        "entitlement,provider,starts_on,ends_on\n"
        "e1,ana,2027-01-01,2027-06-30\n"
        "e1,dan,2027-06-01,\n"
        "e9,ben,2027-01-01,"
    ),
    "choices": "person,provider,rank\nben,ana,6",
    "leave": "person,starts_on,ends_on\nben,2027-03-10,2027-03-10",
    "sessions": (
        "id,entitlement,provider,starts_at,minutes,mode,outcome,worker_confirmed_at\n"
        "s1,e1,ana,2027-05-04T09:00,60,video,,\n"
        "s2,e1,ana,2027-05-04T09:30,60,video,,\n"
        "s3,e1,ben,2027-04-04T02:30,60,video,no_idea,\n"
        "s4,e1,ana,4 May,60,video,,2027-05-04T11:00"
    ),
    "groups": "id,name,kind,mode,minimum,maximum\ng,Group,network,video,7,3",
    "organisations": "id,name\nlakes,Lakes Peer Service",
}

LINES = """\
places, row 2, latitude, "-95.5": a number from -90 to 90
people, row 3, email, "ben at home": an e-mail address like ana@example.org
people, row 3, place, "Atlantis": the id of a row in places, or a town of New Zealand or Australia
people, row 3, clinical, "perhaps": yes or no
people, row 3, modes, "video;pigeon": one of: in_person, video, phone
people, row 3, travel_km, "far": a whole number from 0 to 2000
people, row 3, free, "Mon 9-12": weekly windows like Mon 09:00-12:00, each ending later the same day
people, row 3, time_zone, "NZ Time": a time zone like Pacific/Auckland
people, row 5, name, "": a value; it is needed
people, row 5, email, "ANA@example.org": an address that ana has not
people, row 5, free, "Tue 12:00-09:00": weekly windows like Mon 09:00-12:00, each ending later the \
same day
people, row 5, matters_most, "near;time;choice;focus": at most 3, separated by ;
people, row 6, id, "ana": only once; row 2 has it already
jobs, row 2, role, "wizard": one of: peer_support_worker, consumer_advisor, educator, apprentice, \
youth_peer, volunteer, manager, other
jobs, row 2, manager, "ben": somebody else
jobs, row 2, starts_on, "2027-02-30": a date like 2027-03-31
jobs, row 3, person, "nobody": the id of a row in people
jobs, row 3, ends_on, "2027-04-01": a day not before 2027-05-01
providers, row 2, capacity, "-1": a whole number from 0 to 500
providers, row 3, hours_a_year, "70": 60 as in row 2; it is the person's total
entitlements, row 3, kind, "pure_magic": one of: peer_supervision, cultural_supervision, \
mentoring, coaching, debrief, line_catch_up, buddy
entitlements, row 3, sessions, "ten": a whole number from 0 to 400
entitlements, row 3, ends_on, "": a value; it is needed
matches, row 3, starts_on, "2027-06-01": a day on which ana is not matched; one match at a time
matches, row 4, entitlement, "e9": the id of a row in entitlements
choices, row 2, rank, "6": a whole number from 1 to 5
leave, row 2, ends_on, "2027-03-10": the first day back, after 2027-03-10
sessions, row 3, starts_at, "2027-05-04T09:30": a time at which ben is free; s1 is then
sessions, row 4, provider, "ben": somebody else
sessions, row 4, starts_at, "2027-04-04T02:30": a time an hour earlier or later, as the clocks \
change there then
sessions, row 4, outcome, "no_idea": one of: held, cancelled_by_worker, cancelled_by_provider, \
did_not_happen, withdrawn
sessions, row 5, starts_at, "4 May": a time like 2027-03-31T09:00 or 2027-03-31T09:00+13:00
sessions, row 5, worker_confirmed_at, "2027-05-04T11:00": empty, while there is no outcome
groups, row 2, minimum, "7": at most 3
""".splitlines()


def refused(store: Store, path: Path, now) -> list[str]:
    """The lines of a refused import; the store holds afterwards what it held before."""

    def counted() -> list[int | None]:
        tables = Base.metadata.sorted_tables
        return [store.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counted()
    with pytest.raises(WorkbookRefused) as refusal:
        import_workbook(store, path, now, add_words=True)
    assert not store.new
    assert not store.dirty
    assert counted() == before
    assert str(refusal.value) == (
        f"Nothing was imported. Cells that need a change: {len(refusal.value.faults)}."
    )
    return [str(fault) for fault in refusal.value.faults]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_bad_cell_of_a_workbook_is_named_and_nothing_is_kept(
    store: Store, now, tmp_path: Path, form: str
) -> None:
    path = folder(tmp_path / "bad", BAD) if form == "csv" else xlsx(tmp_path / "bad.xlsx", BAD)
    assert refused(store, path, now) == LINES
    kinds = {line.rpartition('": ')[2] for line in LINES}
    assert len(kinds) > 20, "what would be right is said in more than 20 ways"


def test_the_hubs_own_rows_count_too(store: Store, cast: SimpleNamespace, now, tmp_path) -> None:
    sheets = {
        "people": "id,name,email\neve,Eve Moss,dan@example.org",
        "matches": "entitlement,provider,starts_on\nben-2027,dan,2027-03-01",
        "leave": "person,starts_on,ends_on\nben,2027-03-10,2027-03-12\neve,2027-03-10,2027-03-12",
        "choices": "person,provider,rank\nben,ben,2",
    }
    assert refused(store, folder(tmp_path / "in", sheets), now) == [
        'people, row 2, email, "dan@example.org": an address that dan has not',
        'matches, row 2, starts_on, "2027-03-01": '
        "a day on which ana is not matched; one match at a time",
        'choices, row 2, provider, "ben": somebody else',
    ]


def test_nobody_is_booked_where_the_hub_has_them_elsewhere(store, now, tmp_path) -> None:
    bring_in(store, folder(tmp_path / "small", SMALL), now)
    head = SMALL["sessions"].splitlines()[0]
    row = "s9,ben-cultural,ana,2027-03-19T08:30,60,phone,,,"
    assert refused(store, folder(tmp_path / "in", {"sessions": f"{head}\n{row}"}), now) == [
        'sessions, row 2, starts_at, "2027-03-19T08:30": '
        "a time at which ben is free; something else is then"
    ]
    assert store.scalar(select(func.count()).select_from(Commitment)) == 2
    assert store.scalar(select(func.count()).select_from(Session)) == 3


def test_a_missing_a_doubled_and_an_overflowing_column_are_named(store, now, tmp_path) -> None:
    sheets = {
        "people": "id,email\nben,ben@example.org",
        "organisations": "id,name,name\nlakes,Lakes,Lakes",
        "groups": "id,name,kind,mode\ng,Group,network,video,surplus",
        "leave": "",
    }
    assert refused(store, folder(tmp_path / "in", sheets), now) == [
        'organisations, row 1, name, "": this column only once',
        'people, row 1, name, "": this column, which the sheet needs',
        'leave, row 1, person, "": this column, which the sheet needs',
        'leave, row 1, starts_on, "": this column, which the sheet needs',
        'leave, row 1, ends_on, "": this column, which the sheet needs',
        'groups, row 2, after the last column, "surplus": nothing',
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hub.xlsm", b"PK", "hub.xlsm may hold macros or is too old. Save it as .xlsx."),
        ("hub.pdf", b"%PDF", "hub.pdf is neither a folder of CSV files nor .xlsx."),
        ("hub.xlsx", b"not a zip", "hub.xlsx is not an .xlsx workbook that can be read. "
         "Save it again as .xlsx."),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_type_is_refused(store, now, tmp_path, name, content, words) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=words):
        import_workbook(store, tmp_path / name, now)


def test_a_workbook_with_macros_under_another_name_is_refused(store, now, tmp_path) -> None:
    path = xlsx(tmp_path / "hub.xlsx", SMALL)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(Refused, match="holds macros"):
        import_workbook(store, path, now)


def test_a_zip_that_is_no_workbook_is_refused(store: Store, now, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hub.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(Refused, match=r"not an .xlsx workbook"):
        import_workbook(store, tmp_path / "hub.xlsx", now)


def test_a_bomb_is_refused_by_what_it_declares(store: Store, now, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hub.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(3):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", b" " * 80_000_000)
    assert (tmp_path / "hub.xlsx").stat().st_size < 1_000_000
    with pytest.raises(Refused, match=r"hub.xlsx is too large: at most 50 MB"):
        import_workbook(store, tmp_path / "hub.xlsx", now)


def test_a_bomb_of_entities_is_refused(store: Store, now, tmp_path: Path) -> None:
    good = xlsx(tmp_path / "good.xlsx", {"people": "id,name\nben,Ben"})
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with (
        zipfile.ZipFile(good) as source,
        zipfile.ZipFile(tmp_path / "hub.xlsx", "w") as archive,
    ):
        for part in source.namelist():
            octets = source.read(part)
            if part.endswith("sheet1.xml"):
                octets = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]>'.encode() + octets
            archive.writestr(part, octets)
    with pytest.raises(Refused, match=r"not an .xlsx workbook that can be read"):
        import_workbook(store, tmp_path / "hub.xlsx", now)


def test_a_large_file_is_refused_before_it_is_read(store: Store, now, tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"people": "id,name"})
    with (path / "people.csv").open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(Refused, match=r"people.csv is too large"):
        import_workbook(store, path, now)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "text",
    ["id,name\na,A\nb,B\nc,C\nd,D", "id,name,,,,\na,A,,,,x", f"id,name\na,{'x' * 300}"],
    ids=["rows", "columns", "characters"],
)
def test_a_sheet_is_measured_as_it_streams(store, now, tmp_path, form, text) -> None:
    settings.save(store, WorkbookSettings(rows=3, columns=5, characters=200))
    sheets = {"people": text}
    path = folder(tmp_path / "in", sheets) if form == "csv" else xlsx(tmp_path / "i.xlsx", sheets)
    with pytest.raises(Refused, match="people is too large"):
        import_workbook(store, path, now)


def test_a_row_far_down_costs_nothing(store: Store, now, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "people"
    book.active.append(["id", "name"])
    book.active.cell(200_000, 1, "ben")
    book.save(tmp_path / "far.xlsx")
    assert refused(store, tmp_path / "far.xlsx", now) == [
        'people, row 200000, name, "": a value; it is needed'
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_that_is_not_utf_8_is_told_what_to_do(store, now, tmp_path, encoding) -> None:
    path = folder(tmp_path / "in", {})
    (path / "people.csv").write_bytes("id,name\nben,Mère".encode(encoding))
    with pytest.raises(Refused, match=r"people.csv is not UTF-8.*Save As, CSV UTF-8"):
        import_workbook(store, path, now)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_without_commas_is_told_what_to_do(store, now, tmp_path, separator) -> None:
    text = "id,name\nben,Ben".replace(",", separator)
    with pytest.raises(Refused, match=r"people.csv separates its columns with semicolons or tabs"):
        import_workbook(store, folder(tmp_path / "in", {"people": text}), now)


def test_a_file_with_none_of_the_sheets_is_told_their_names(store, now, tmp_path) -> None:
    for path in (folder(tmp_path / "in", {"folk": "id"}), xlsx(tmp_path / "i.xlsx", {"a": "id"})):
        with pytest.raises(Refused, match=r"holds no sheet .* places, rooms, people, jobs"):
            import_workbook(store, path, now)


def test_broken_csv_is_refused_by_name(store, now, tmp_path) -> None:
    path = folder(tmp_path / "in", {})
    (path / "people.csv").write_text("id,name\nben," + "x" * 200_000)
    with pytest.raises(Refused, match=r"people.csv is not a CSV file"):
        import_workbook(store, path, now)


def test_an_empty_folder_a_missing_file_and_two_sheets_of_a_name_are_refused(
    store: Store, now, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=r"There is no .csv file in"):
        import_workbook(store, folder(tmp_path / "empty", {}), now)
    with pytest.raises(Refused, match=r"There is no file or folder gone.xlsx"):
        import_workbook(store, tmp_path / "gone.xlsx", now)
    twice = folder(tmp_path / "twice", {"people": "id,name", "People": "id,name"})
    with pytest.raises(Refused, match="two sheets named people"):
        import_workbook(store, twice, now)


def test_a_control_character_is_no_text(store: Store, now, tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"people": "id,name,phone\nben,Be\x07n,\nd/n,Dan,\x1b"})
    assert refused(store, path, now) == [
        'people, row 2, name, "Be\\u0007n": plain text of at most 200 characters',
        'people, row 3, id, "d/n": an id of at most 64 characters, without / \\ ; ? #',
        'people, row 3, phone, "\\u001b": plain text of at most 60 characters',
    ]


def test_what_a_spreadsheet_could_not_work_out_is_no_value(store, now, tmp_path) -> None:
    text = "id,name,phone\nben,#N/A,\ndan,Dan,#REF!"
    assert refused(store, folder(tmp_path / "in", {"people": text}), now) == [
        'people, row 2, name, "#N/A": a value; the spreadsheet could not work this one out',
        'people, row 3, phone, "#REF!": a value; the spreadsheet could not work this one out',
    ]


def test_numbers_that_a_spreadsheet_worked_out_are_read_to_the_last_digit(
    store, now, tmp_path
) -> None:
    book = Workbook()
    book.active.title = "people"
    book.active.append(["id", "name", "latitude", "longitude", "years_experience"])
    book.active.append([1.0, "Ben", -45.5, 1.0 / 3, 0.00001])
    book.save(tmp_path / "in.xlsx")
    bring_in(store, tmp_path / "in.xlsx", now)
    ben = store.scalars(select(Person)).one()
    assert (ben.ref, ben.longitude, ben.years_experience) == ("1", 1.0 / 3, 0.00001)
    ben.latitude = -45.1 - 0.2
    store.commit()
    for name in ("out", "out.xlsx"):
        export_workbook(store, tmp_path / name, now)
        assert bring_in(store, tmp_path / name, now).changes == 0


def test_a_line_break_inside_a_cell_is_a_space(store, now, tmp_path) -> None:
    text = 'id,name,time_zone\nben,"Ben\nHarris\u00a0 Junior ",\u00a0'
    bring_in(store, folder(tmp_path / "in", {"people": text}), now)
    assert store.scalars(select(Person.name)).one() == "Ben Harris Junior"


def test_one_kind_is_owed_once_at_a_time(store: Store, cast, now, tmp_path: Path) -> None:
    head = "id,person,kind,sessions,minutes,starts_on,ends_on\n"
    rows = (
        "a,ben,peer_supervision,4,60,2027-12-31,2028-06-30\n"
        "b,ben,peer_supervision,4,60,2028-01-01,2028-06-30\n"
        "c,ben,mentoring,4,60,2027-01-01,2027-12-31\n"
        "d,ben,buddy,4,60,2027-01-01,2027-12-31\n"
        "e,ben,buddy,4,60,2027-01-01,2027-12-31"
    )
    assert refused(store, folder(tmp_path / "in", {"entitlements": head + rows}), now) == [
        'entitlements, row 2, starts_on, "2027-12-31": '
        "a day on which ben-2027 does not run; one of a kind at a time",
        'entitlements, row 3, starts_on, "2028-01-01": '
        "a day on which a does not run; one of a kind at a time",
    ]


def test_no_session_starts_while_the_clocks_change(store, now, tmp_path) -> None:
    bring_in(store, folder(tmp_path / "small", SMALL), now)
    head = "id,entitlement,provider,starts_at,minutes,mode,outcome,worker_confirmed_at\n"
    rows = (
        "s7,ben-peer,ana,2027-04-04T02:30+12:00,60,video,held,2027-04-04T02:30+13:00\n"
        "s8,ben-peer,ana,2027-04-04T02:30+13:00,60,video,held,2027-04-04T02:30"
    )
    right = "an hour earlier or later, as the clocks change there then"
    assert refused(store, folder(tmp_path / "in", {"sessions": head + rows}), now) == [
        f'sessions, row 2, starts_at, "2027-04-04T02:30+12:00": a time {right}',
        f'sessions, row 3, starts_at, "2027-04-04T02:30+13:00": a time {right}',
        'sessions, row 3, worker_confirmed_at, "2027-04-04T02:30": '
        "a time with its offset, as the clocks change there then",
    ]


FITTING = "somebody for whom this group is available"


def test_nobody_is_put_into_a_group_with_their_manager_or_a_conflict_nor_beyond_its_cap(
    store: Store, cast, now, tmp_path: Path
) -> None:
    sheets = {
        "people": "id,name\neve,Eve Moss\nfin,Fin Rata",
        "jobs": "id,person,organisation,role\neve-hub,eve,hub,other",
        "conflicts": "person,other\ndan,hub",
        "groups": (
            "id,name,kind,mode,facilitator,minimum,maximum\n"
            "a,Inland,co_reflection,video,rua,1,2\nb,Coast,network,video,ana,1,2"
        ),
        "group_members": (
            "group,person,waiting,left_on\na,ben,,\na,mere,,\nb,dan,,\nb,eve,,\n"
            "a,fin,,2027-01-31\nb,ana,yes,\nb,fin,,\nb,cleo,yes,"
        ),
    }
    assert refused(store, folder(tmp_path / "in", sheets), now) == [
        f'group_members, row 2, person, "ben": {FITTING}',
        f'group_members, row 3, person, "mere": {FITTING}',
        f'group_members, row 4, person, "dan": {FITTING}',
        f'group_members, row 5, person, "eve": {FITTING}',
        'group_members, row 8, waiting, "": yes, as the group holds 2',
    ]


def test_whoever_leads_a_group_manages_nobody_in_it(store: Store, cast, now, tmp_path) -> None:
    group = "id,name,kind,mode,facilitator\na,Inland,network,video,"
    sheets = {"groups": f"{group}ana", "group_members": "group,person\na,ben"}
    bring_in(store, folder(tmp_path / "in", sheets), now)
    changed = folder(tmp_path / "changed", {"groups": f"{group}mere"})
    assert refused(store, changed, now) == [f'groups, row 2, facilitator, "mere": {FITTING}']
    bring_in(store, folder(tmp_path / "changed", {"groups": f"{group}rua"}), now)


def test_a_seat_that_was_there_before_its_conflict_stays(store, cast, now, tmp_path) -> None:
    sheets = {
        "groups": "id,name,kind,mode\na,Inland,network,video",
        "group_members": "group,person\na,ben\na,dan",
    }
    bring_in(store, folder(tmp_path / "in", sheets), now)
    again = folder(tmp_path / "again", sheets | {"conflicts": "person,other\nben,dan"})
    assert bring_in(store, again, now).counts["group_members"].same == 2


@pytest.mark.parametrize("database", ENGINES[1:], indirect=True)
def test_a_time_that_is_taken_while_the_file_is_read_is_refused_in_words(
    app, store: Store, database: str, now, tmp_path: Path
) -> None:
    """On SQLite nobody else writes meanwhile."""

    def bring() -> None:
        with app.app_context():
            import_workbook(store, folder(tmp_path / "in", sheets), now)

    bring_in(store, folder(tmp_path / "small", SMALL), now)
    ana = store.scalars(select(Person.id).where(Person.ref == "ana")).one()
    store.rollback()
    row = "s9,ben-cultural,ana,2027-05-04T09:00+12:00,60,phone,,,"
    sheets = {"sessions": f"{SMALL['sessions'].splitlines()[0]}\n{row}"}
    start = datetime.fromisoformat("2027-05-04T09:30+12:00")
    taken = {"person_id": ana, "starts_at": start, "ends_at": start + timedelta(hours=1)}
    engine = create_engine(database)
    with engine.connect() as elsewhere, ThreadPoolExecutor() as pool:
        elsewhere.execute(select(func.pg_advisory_xact_lock(ana)))
        importing = pool.submit(bring)
        waiting = "select count(*) from pg_locks where not granted"
        while not elsewhere.exec_driver_sql(waiting).scalar():
            assert not importing.done()
        elsewhere.execute(insert(Commitment).values(taken))
        elsewhere.commit()
        with pytest.raises(Refused, match="took one of these times meanwhile"):
            importing.result()
    engine.dispose()


def test_an_export_that_cannot_be_written_says_so(store: Store, now, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="file cannot be written"):
        export_workbook(store, tmp_path / "file", now)
    with pytest.raises(Refused, match=r"neither a folder nor .xlsx"):
        export_workbook(store, tmp_path / "out.pdf", now)


def test_the_command_names_the_cells_and_exits_with_1(
    app, store, database, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    bad = folder(tmp_path / "bad", BAD)
    said = CliRunner().invoke(main, ["import", str(bad)])
    assert said.exit_code == 1
    assert said.stderr.splitlines()[:-1] == LINES
    as_json = CliRunner().invoke(main, ["import", str(bad), "--json"])
    assert json.loads(as_json.stdout)["faults"][0] == {
        "sheet": "places",
        "row": 2,
        "column": "latitude",
        "value": "-95.5",
        "right": "a number from -90 to 90",
    }
    assert store.scalars(select(Person)).all() == []


def test_pairs_hours_and_periods_that_do_not_fit_are_named(store, now, tmp_path) -> None:
    bring_in(store, folder(tmp_path / "small", SMALL), now)
    sheets = {
        "people": "id,name,latitude,longitude,years_experience\nben,Ben,-45.1,,eleven",
        "amendments": "entitlement,from_on,sessions\nben-peer,2028-01-01,8",
        "series": (
            "group,first_start,time_zone,every_weeks,minutes\n"
            "inland,2027-03-04T09:00+13:00,Pacific/Auckland,0,90"
        ),
        "sessions": (
            "id,entitlement,provider,starts_at,minutes,mode\n"
            "s7,ben-peer,ana,2027-02-31T09:00,60,video"
        ),
    }
    assert refused(store, folder(tmp_path / "in", sheets), now) == [
        'people, row 2, longitude, "": a value, as latitude has one',
        'people, row 2, years_experience, "eleven": a number from 0 to 80',
        'amendments, row 2, from_on, "2028-01-01": a day not after 2027-12-31',
        'sessions, row 2, starts_at, "2027-02-31T09:00": '
        "a time like 2027-03-31T09:00 or 2027-03-31T09:00+13:00",
        'series, row 2, first_start, "2027-03-04T09:00+13:00": '
        "a time of day there, like 2027-03-31T09:00",
        'series, row 2, every_weeks, "0": a whole number from 1 to 52',
    ]


def test_one_bad_row_among_ten_thousand_is_found_and_nothing_kept(store, now, tmp_path) -> None:
    lines = [f"p{i},Person {i},p{i}@example.org,Cromwell,60" for i in range(10_000)]
    lines[7_654] = "p7654,Person 7654,p1@example.org,Cromwell,60"
    text = "\n".join(["id,name,email,place,travel_km", *lines])
    assert refused(store, folder(tmp_path / "in", {"people": text}), now) == [
        'people, row 7656, email, "p1@example.org": an address that p1 has not'
    ]


@pytest.mark.parametrize("payer", ["hub", "employer", "nobody", "lakes", "santa"])
def test_who_pays_is_a_word_or_an_organisation(store, now, tmp_path, payer: str) -> None:
    bring_in(store, folder(tmp_path / "small", SMALL), now)
    text = SMALL["entitlements"].replace(",yes,hub", f",yes,{payer}")
    path = folder(tmp_path / "in", {"entitlements": text})
    if payer != "santa":
        assert bring_in(store, path, now).counts["entitlements"].new == 0
        return
    assert refused(store, path, now) == [
        'entitlements, row 2, payer, "santa": '
        "hub, employer, nobody, or the id of a row in organisations"
    ]


def test_a_new_word_is_said_once_with_how_many_cells_hold_it(
    store, tmp_path, monkeypatch, database
) -> None:
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    text = "id,name,focus\nana,Ana,stars\nben,Ben,stars;moon\ncleo,Cleo,stars"
    said = CliRunner().invoke(main, ["import", str(folder(tmp_path / "in", {"people": text}))])
    assert said.stderr.splitlines() == [
        "new word in the list focus: stars in 3 cells",
        "new word in the list focus: moon in 1 cell",
        "Spelt as they should be? `--add-words` accepts new words.",
        "Nothing was imported. Cells that need a change: 3.",
    ]
