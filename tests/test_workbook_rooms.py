"""Rooms come in and go out with the workbook, and meetings follow them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor.models import MeetingRoom, Store
from supervisor.workbook import WorkbookRefused, export_workbook
from tests.test_openings import at
from tests.test_room_hours import book, face_to_face, taken
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
