"""An import gives no manager a look at anybody without the hub's yes."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor.models import Job, ManagerChange, Store
from supervisor.workbook import Report, WorkbookRefused
from tests.workbooks import SMALL, bring_in, folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return folder(tmp_path / "small", SMALL)


def job(store: Store, ref: str) -> Job:
    return store.scalars(select(Job).where(Job.ref == ref)).one()


def named_managers(store: Store, path: Path, now, row: str) -> Report:
    text = f"id,person,organisation,role,manager\n{row}"
    return bring_in(store, folder(path / "named", {"jobs": text}), now)


def test_a_new_manager_waits_for_the_hub(store: Store, small: Path, now, tmp_path) -> None:
    bring_in(store, small, now)
    text = SMALL["jobs"].replace("mere,0.8", "cleo,0.8")
    changed = folder(tmp_path / "changed", {"jobs": text})
    for at, count in ((now, 1), (now + timedelta(days=1), 0)):
        report = bring_in(store, changed, at)
        assert report.counts["jobs"].changed == count
        assert report.waiting == [
            "jobs, ben-lakes, manager: cleo waits for the hub's yes; now mere"
        ]
    change = store.scalars(select(ManagerChange)).one()
    assert (change.job.manager.ref, change.manager.ref) == ("mere", "cleo")
    change.decided_at, change.accepted = now, False
    store.commit()
    assert bring_in(store, changed, now).kept == [
        "jobs, ben-lakes, manager: cleo was refused by the hub"
    ]


def test_the_first_manager_of_a_job_that_is_here_waits_too(store, small, now, tmp_path) -> None:
    bring_in(store, small, now)
    report = named_managers(store, tmp_path, now, "mere-lakes,mere,lakes,manager,cleo")
    assert report.waiting == ["jobs, mere-lakes, manager: cleo waits for the hub's yes; now nobody"]
    assert job(store, "mere-lakes").manager is None


def test_a_new_job_gives_its_manager_nobody_who_is_here_without_the_hubs_yes(
    store, small, now, tmp_path
) -> None:
    bring_in(store, small, now)
    for _again in range(2):
        report = named_managers(store, tmp_path, now, "ben-hub,ben,hub,educator,cleo")
        assert report.waiting == [
            "jobs, ben-hub, manager: cleo waits for the hub's yes; now nobody"
        ]
    change = store.scalars(select(ManagerChange)).one()
    assert (change.job.ref, change.job.manager, change.manager.ref) == ("ben-hub", None, "cleo")


def test_somebody_of_whom_there_is_nothing_to_see_comes_with_a_manager(
    store, small, now, tmp_path
) -> None:
    bring_in(store, small, now)
    named_managers(store, tmp_path, now, "ana-lakes,ana,lakes,educator,mere")
    assert job(store, "ana-lakes").manager.ref == "mere"


@pytest.mark.parametrize(
    ("row", "column", "right"),
    [
        ("ben-lakes,ben,lakes,peer_support_worker,ben", "manager", "somebody else"),
        ("ben-lakes,ana,lakes,peer_support_worker,mere", "person", "whose job it is already"),
        ("new,ben,lakes,educator,ben", "manager", "somebody else"),
    ],
)
def test_a_job_stays_with_its_person_who_is_not_their_own_manager(
    store, small, now, tmp_path, row, column, right
) -> None:
    bring_in(store, small, now)
    with pytest.raises(WorkbookRefused) as refused:
        named_managers(store, tmp_path, now, row)
    (fault,) = refused.value.faults
    assert (fault.column, right in str(fault.right)) == (column, True), str(fault)
