"""Who leads a group in turn comes in and goes out with the workbook."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor.groups import group_turns, groups
from supervisor.models import Group, Leader, Meeting, Message, Store
from supervisor.workbook import WorkbookRefused, export_workbook
from tests.workbooks import SMALL, bring_in, folder

ROTA = "group,person\ninland,ana\ninland,ben"


def rota_of(store: Store) -> dict[str, bool]:
    return {one.person.ref: one.member for one in store.scalars(select(Leader))}


def test_a_rota_comes_in_with_its_groups_and_turns_are_dealt(store, now, tmp_path: Path) -> None:
    bring_in(store, folder(tmp_path / "in", SMALL | {"rota": ROTA}), now)
    assert rota_of(store) == {"ana": False, "ben": True}
    groups.extend(store, now)
    meetings = store.scalars(select(Meeting).order_by(Meeting.starts_at)).all()
    assert {group_turns.leads(one).ref for one in meetings} == {"ana", "ben", "cleo"}
    assert export_workbook(store, tmp_path / "out.xlsx", now)["rota"] == 2
    assert bring_in(store, tmp_path / "out.xlsx", now).changes == 0


def test_one_more_who_leads_has_turns_and_nobody_is_written_to(store, now, tmp_path) -> None:
    bring_in(store, folder(tmp_path / "in", SMALL), now)
    groups.extend(store, now)
    store.commit()
    bring_in(store, folder(tmp_path / "two", {"rota": "group,person\ninland,ana"}), now)
    led = [group_turns.leads(one).ref for one in store.scalars(select(Meeting))]
    assert abs(led.count("ana") - led.count("cleo")) <= 1
    assert store.query(Message).count() == 0


def test_turns_begin_on_the_day_that_the_workbook_says(store, now, tmp_path) -> None:
    bring_in(store, folder(tmp_path / "in", SMALL), now)
    groups.extend(store, now)
    store.commit()
    inland = "inland,Inland co-reflection,co_reflection,in_person,2027-05-01"
    sheets = {
        "groups": f"id,name,kind,mode,rota_from\n{inland}",
        "rota": "group,person\ninland,ana",
    }
    bring_in(store, folder(tmp_path / "two", sheets), now)
    assert store.scalars(select(Group)).one().rota_from == date(2027, 5, 1)
    turns = {
        (one.local_start.date() >= date(2027, 5, 1), group_turns.leads(one).ref)
        for one in store.scalars(select(Meeting))
    }
    assert turns == {(False, "cleo"), (True, "cleo"), (True, "ana")}
    assert bring_in(store, folder(tmp_path / "again", sheets), now).changes == 0


def test_who_cannot_lead_it_in_turn_is_named(store, now, tmp_path) -> None:
    """Mere is Ben's manager; in a collaborative no member leads."""
    small = dict(SMALL)
    small["groups"] += "\nfour,Four,learning_collaborative,cleo,,video,3,6,no"
    small["group_members"] += "\nfour,ana"
    bring_in(store, folder(tmp_path / "in", small), now)
    rota = folder(tmp_path / "rota", {"rota": "group,person\ninland,mere\nfour,ana\nfour,ben"})
    with pytest.raises(WorkbookRefused) as refused:
        bring_in(store, rota, now)
    faults = [(fault.sheet, fault.row, fault.column) for fault in refused.value.faults]
    assert faults == [("rota", 2, "person"), ("rota", 3, "person")]


def test_nobody_comes_into_a_group_that_their_manager_leads_in_turn(store, now, tmp_path) -> None:
    small = SMALL | {"rota": "group,person\ninland,mere"}
    small.pop("group_members")
    bring_in(store, folder(tmp_path / "in", small), now)
    with pytest.raises(WorkbookRefused) as refused:
        bring_in(
            store, folder(tmp_path / "two", {"group_members": "group,person\ninland,ben"}), now
        )
    assert [fault.sheet for fault in refused.value.faults] == ["group_members"]
