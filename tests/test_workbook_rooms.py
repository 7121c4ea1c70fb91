"""Rooms come in and go out with the workbook, and meetings follow them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor.models import MeetingRoom, Message, Session, Store
from supervisor.workbook import WorkbookRefused, export_workbook
from tests.test_openings import at
from tests.test_room_hours import book, face_to_face, rooms, taken
from tests.workbooks import bring_in, folder

__all__ = ["face_to_face"]
HEAD = "id,place,name,seats,notes,in_use"


def test_rooms_come_in_and_what_is_booked_there_gets_one(
    store: Store, face_to_face, now, tmp_path: Path
) -> None:
    book(store, face_to_face, now, at(2, 15))
    text = f"{HEAD}\nr1,cromwell,Kōwhai,2,Step-free,yes\nr2,cromwell,Rātā,8,,"
    bring_in(store, folder(tmp_path / "one", {"rooms": text}), now)
    assert taken(store) == [("Kōwhai", at(2, 15))]
    text = f"{HEAD}\nr1,cromwell,Kōwhai,2,Step-free,no\nr2,cromwell,Rimu,8,,yes"
    bring_in(store, folder(tmp_path / "two", {"rooms": text}), now)
    assert taken(store) == [("Rimu", at(2, 15))]
    kowhai = store.scalars(select(MeetingRoom).filter_by(ref="r1")).one()
    assert kowhai.retired_at == now
    rows = export_workbook(store, tmp_path / "out.xlsx", now)
    assert rows["rooms"] == 2
    before = store.query(MeetingRoom).count()
    bring_in(store, tmp_path / "out.xlsx", now)
    assert store.query(MeetingRoom).count() == before
    assert taken(store) == [("Rimu", at(2, 15))]


def test_two_of_one_name_at_one_place_are_refused(store: Store, cast, now, tmp_path: Path) -> None:
    text = f"{HEAD}\nr1,cromwell,Room,2,,\nr2,cromwell,room,4,,\nr3,dunedin,Room,1,,"
    with pytest.raises(WorkbookRefused) as refused:
        bring_in(store, folder(tmp_path / "in", {"rooms": text}), now)
    faults = {(fault.row, fault.column) for fault in refused.value.faults}
    assert faults == {(3, "name"), (4, "seats")}


SESSION = "id,entitlement,provider,starts_at,minutes,mode,outcome"


def _brought(folder_: Path, start: str, mode: str, entitlement: str) -> Path:
    row = f"s1,{entitlement},ana,{start},60,{mode},"
    return folder(folder_, {"sessions": f"{SESSION}\n{row}"})


def test_a_session_in_person_that_comes_in_has_its_place_and_room_and_nobody_is_written_to(
    store: Store, face_to_face, now, tmp_path: Path
) -> None:
    rooms(store, face_to_face.cromwell, 2)
    owed = face_to_face.entitlement.ref
    bring_in(store, _brought(tmp_path / "a", "2027-03-02T10:00", "in_person", owed), now)
    session = store.scalars(select(Session).filter_by(ref="s1")).one()
    assert session.place_id == face_to_face.cromwell.id
    assert taken(store) == [("room 1", session.starts_at)]
    assert store.query(Message).count() == 0


def test_a_session_that_another_import_moves_takes_its_room_along(
    store: Store, face_to_face, now, tmp_path: Path
) -> None:
    rooms(store, face_to_face.cromwell, 2)
    owed = face_to_face.entitlement.ref
    bring_in(store, _brought(tmp_path / "a", "2027-03-02T10:00", "in_person", owed), now)
    bring_in(store, _brought(tmp_path / "b", "2027-03-03T11:00", "in_person", owed), now)
    session = store.scalars(select(Session).filter_by(ref="s1")).one()
    assert taken(store) == [("room 1", session.starts_at)]
    bring_in(store, _brought(tmp_path / "c", "2027-03-03T11:00", "video", owed), now)
    assert taken(store) == []
    assert (session.place_id, session.room_id) == (None, None)
