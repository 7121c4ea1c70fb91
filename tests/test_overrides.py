"""An exception: two named people, a reason, a last day; it holds for one pair, everywhere alike."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select

from supervisor import broken, overrides
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.matches import matches, matching
from supervisor.models import (
    Audit,
    Conflict,
    Entitlement,
    Job,
    Match,
    Message,
    Offering,
    Override,
    Person,
    PersonHat,
    Provider,
    Store,
    Trait,
)
from supervisor.overrides import AGREED, ENDED, OVER, REFUSED, WAITING, Asked, state
from supervisor.reports import reports
from supervisor.rules.kinds import Hat, Kind, MatchState, Role
from tests.test_matches import _chosen, told

TODAY = date(2027, 2, 10)
JUNE = date(2027, 6, 30)


@pytest.fixture
def hub(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Dan wants somebody; Ana works at Harbour House too, and Ivy coordinates beside Cleo."""
    cast.ivy = Person(ref="ivy", name="Ivy Moss", email="ivy@example.org")
    cast.ivy.hats = [PersonHat(hat=Hat.COORDINATOR)]
    cast.owed = Entitlement(
        ref="dan-2027", link="dan-2027", person=cast.dan, kind=Kind.PEER_SUPERVISION,
        sessions=10, minutes=60, starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31), mandatory=True,
    )  # fmt: skip
    cast.job = Job(person=cast.ana, organisation=cast.harbour, role=Role.EDUCATOR)
    store.add_all([cast.ivy, cast.owed, cast.job])
    store.commit()
    return cast


def ask(store: Store, hub: SimpleNamespace, now, *, by: Person | None = None, **changes: Any):
    asked = {"rules": ["external"], "reason": "Nobody else near", "until": JUNE, "second": hub.ivy}
    return overrides.ask(
        store, hub.owed, hub.ana, Asked(**(asked | changes)), by or hub.cleo, now
    )  # fmt: skip


def agreed(store: Store, hub: SimpleNamespace, now, **changes: Any) -> Override:
    made = ask(store, hub, now, **changes)
    overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)
    return made


def may(store: Store, hub: SimpleNamespace, on: date = TODAY) -> set[bool]:
    """Whether the two may be matched: explained, on the short list, by the solver."""
    return {
        fits.explain(store, hub.owed, hub.ana, on).fit is not None,
        hub.ana in [one.provider for one in fits.shortlist(store, hub.owed, on)],
        "dan-2027" in {row.entitlement for row in matching.solve(store, on).rows},
    }


def test_it_holds_from_the_second_yes_to_its_last_day_and_everywhere_alike(store, hub, now) -> None:
    assert may(store, hub) == {False}
    made = ask(store, hub, now)
    assert (may(store, hub), state(made, TODAY)) == ({False}, WAITING)
    overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)
    assert (may(store, hub), state(made, TODAY)) == ({True}, AGREED)
    assert may(store, hub, JUNE) == {True}
    assert may(store, hub, JUNE + timedelta(days=1)) == {False}
    assert state(made, JUNE + timedelta(days=1)) == OVER


def test_nobody_agrees_to_their_own(store, hub, now) -> None:
    with pytest.raises(Refused, match="Choose who is asked to agree"):
        ask(store, hub, now, second=hub.cleo)
    made = ask(store, hub, now)
    for other in (hub.cleo, hub.ana, hub.dan, hub.mere):
        with pytest.raises(NotFound):
            overrides.answer(store, made, agreed=True, by=other, now=now)
    assert may(store, hub) == {False}


def test_who_may_agree_leads_at_the_hub_and_is_no_party_to_it(store, hub, now) -> None:
    def second() -> list[str]:
        found = overrides.seconds(store, hub.owed, hub.ana, hub.cleo, TODAY)
        return [one.ref for one in found]

    assert second() == ["ivy"]
    store.add(Job(person=hub.mere, organisation=hub.hub, role=Role.MANAGER))
    store.flush()
    assert second() == ["ivy", "mere"]
    store.add(Job(person=hub.cleo, organisation=hub.hub, role=Role.OTHER, manager=hub.rua))
    store.flush()
    assert second() == ["ivy", "mere"], "Rua manages Dan"
    for party in (hub.ana, hub.dan):
        party.hats = [PersonHat(hat=Hat.COORDINATOR)]
    hub.ivy.left_on = date(2027, 2, 9)
    store.flush()
    assert second() == ["mere"]


def test_a_coordinators_manager_elsewhere_may_not_agree(store, hub, now) -> None:
    """Ivy works for the hub under Mere, and for Lakes under Ida."""
    ida = Person(ref="ida", name="Ida Ngata", email="ida@example.org")
    store.add_all([
        Job(person=hub.ivy, organisation=hub.lakes, role=Role.EDUCATOR, manager=ida),
        Job(person=ida, organisation=hub.lakes, role=Role.MANAGER),
        Job(person=hub.ivy, organisation=hub.hub, role=Role.OTHER, manager=hub.mere),
    ])  # fmt: skip
    store.flush()
    found = overrides.seconds(store, hub.owed, hub.ana, hub.cleo, TODAY)
    assert [one.ref for one in found] == ["ivy", "mere"]
    with pytest.raises(Refused, match="Choose who is asked to agree"):
        ask(store, hub, now, second=ida)


@pytest.mark.parametrize("stands", ["a conflict", "a no"])
def test_no_exception_tells_a_no_from_a_conflict(store, hub, now, stands: str) -> None:
    hub.job.ends_on = date(2027, 1, 1)
    store.flush()
    if stands == "a no":
        matches.decline(store, _chosen(store, hub, hub.owed, hub.ana, now), hub.ana, now)
    else:
        store.add(Conflict(person_id=hub.ana.id, other_person_id=hub.dan.id))
        store.flush()
    with pytest.raises(Refused, match="Tick what may be set aside"):
        ask(store, hub, now, rules=["declined"])
    agreed(store, hub, now, rules=[rule.name for rule in overrides.rules_of(hub.owed)])
    said = fits.explain(store, hub.owed, hub.ana, TODAY).obstacles
    assert [str(words) for words in said] == ["Not available"]


def test_who_coordinates_no_more_cannot_agree(store, hub, now) -> None:
    made = ask(store, hub, now)
    store.execute(delete(PersonHat).where(PersonHat.person_id == hub.ivy.id))
    with pytest.raises(Refused, match="cannot agree to this any more"):
        overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rules": []}, "rules"), ({"rules": ["conflict"]}, "rules"),
        ({"rules": ["external", "language"]}, "rules"), ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"), ({"until": date(2027, 2, 9)}, "until"),
        ({"until": date(2028, 1, 1)}, "until"), ({"second": None}, "second"),
    ],
)  # fmt: skip
def test_it_needs_a_rule_a_reason_a_last_day_and_a_second_person(
    store, hub, now, changes, field
) -> None:
    with pytest.raises(Refused) as refused:
        ask(store, hub, now, **changes)
    assert refused.value.field == field
    assert store.scalars(select(Override)).all() == []


def test_one_question_about_two_people_waits_at_a_time(store, hub, now) -> None:
    ask(store, hub, now)
    with pytest.raises(Refused, match="waits for an answer already"):
        ask(store, hub, now)


def test_the_second_is_told_and_then_the_first_and_the_worker_nothing(store, hub, now) -> None:
    made = ask(store, hub, now)
    assert told(store, hub.ivy) == ["override_asked"]
    overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)
    assert (told(store, hub.ivy), told(store, hub.cleo)) == ([], ["override_answered"])
    assert told(store, hub.dan) == told(store, hub.ana) == []
    facts = store.scalars(select(Message.facts)).all()
    assert not [word for word in ("Dan", "Ana", "Nobody else near") if word in str(facts)]
    rows = store.execute(select(Audit.verb, Audit.by_id).where(Audit.noun == "override")).all()
    assert rows == [("ask", hub.cleo.id), ("agree", hub.ivy.id)]


def test_a_no_is_a_no(store, hub, now) -> None:
    made = ask(store, hub, now)
    overrides.answer(store, made, agreed=False, by=hub.ivy, now=now)
    assert (may(store, hub), state(made, TODAY)) == ({False}, REFUSED)
    with pytest.raises(Refused, match="answered, or taken back"):
        overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)
    overrides.answer(store, made, agreed=False, by=hub.ivy, now=now)
    assert told(store, hub.cleo) == ["override_answered"]


def test_taken_back_the_rules_count_again(store, hub, now) -> None:
    made = agreed(store, hub, now)
    with pytest.raises(NotFound):
        overrides.end(store, made, hub.dan, now)
    for _twice in range(2):
        overrides.end(store, made, hub.cleo, now)
    assert (may(store, hub), state(made, TODAY)) == ({False}, ENDED)


def test_what_is_taken_back_or_over_cannot_be_agreed_to(store, hub, now) -> None:
    made = ask(store, hub, now)
    later = now + timedelta(days=200)
    with pytest.raises(Refused, match="answered, or taken back"):
        overrides.answer(store, made, agreed=True, by=hub.ivy, now=later)
    overrides.end(store, made, hub.cleo, now)
    assert told(store, hub.ivy) == []
    with pytest.raises(Refused, match="answered, or taken back"):
        overrides.answer(store, made, agreed=True, by=hub.ivy, now=now)


def test_it_is_for_these_two_and_this_entitlement_alone(store, hub, now) -> None:
    agreed(store, hub, now)
    other = Entitlement(
        ref="rua-2027", person=hub.rua, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    store.add(other)
    store.flush()
    said = [str(words) for words in fits.explain(store, other, hub.ana, TODAY).obstacles]
    assert "Works for the same employer" in said


def test_a_rule_that_looks_at_the_region_alone_can_be_set_aside_too(store, hub, now) -> None:
    hub.job.ends_on = date(2027, 1, 1)
    store.scalars(select(Offering)).one().regions = ["STL"]
    store.flush()
    assert may(store, hub) == {False}
    agreed(store, hub, now, rules=["region"])
    assert may(store, hub) == {True}


@pytest.mark.parametrize(("rule", "limits"), [("place", {"capacity": 1}), ("hours", {"hours": 10}),
                                              ("capacity", {"capacity": 0})])  # fmt: skip
def test_places_and_hours_that_are_set_aside_are_so_when_it_is_accepted(
    store, hub, now, rule, limits
) -> None:
    hub.job.ends_on = date(2027, 1, 1)
    if "capacity" in limits:
        store.scalars(select(Offering)).one().capacity = limits["capacity"]
    store.get(Provider, hub.ana.id).hours_a_year = limits.get("hours")
    store.flush()
    with pytest.raises(Refused, match="cannot be offered"):
        matches.offer(store, hub.owed, hub.ana, now, hub.cleo)
    made = agreed(store, hub, now, rules=[rule])
    match = matches.accept(store, _chosen(store, hub, hub.owed, hub.ana, now), hub.ana, now)
    assert match.state == MatchState.ACTIVE
    ours = [one for one in broken.broken(store, TODAY) if one.match is match]
    assert ours == []
    overrides.end(store, made, hub.cleo, now)
    ours = [one for one in broken.broken(store, TODAY) if one.match is match]
    assert [name for one in ours for name, _words in one.found] == [rule]


def test_once_it_is_over_the_match_goes_on_and_is_reported(store, hub, now) -> None:
    agreed(store, hub, now)
    match = matches.accept(store, _chosen(store, hub, hub.owed, hub.ana, now), hub.ana, now)
    assert broken.broken(store, JUNE) == []
    (one,) = broken.broken(store, JUNE + timedelta(days=1))
    assert (one.match, [name for name, _words in one.found]) == (match, ["external"])
    with pytest.raises(Refused, match="cannot be offered: Works for the same employer"):
        matches.offer(store, _next_year(store, hub), hub.ana, now + timedelta(days=150), hub.cleo)


def _next_year(store: Store, hub: SimpleNamespace) -> Entitlement:
    owed = Entitlement(
        ref="dan-2028", person=hub.dan, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31),
    )  # fmt: skip
    store.add(owed)
    store.flush()
    return owed


def test_it_is_refused_at_the_yes_once_it_is_over(store, hub, now) -> None:
    agreed(store, hub, now, until=TODAY)
    match = _chosen(store, hub, hub.owed, hub.ana, now)
    with pytest.raises(Refused, match="not open any more"):
        matches.accept(store, match, hub.ana, now + timedelta(days=1))


# the report


def rows(store: Store, now) -> list[dict[str, Any]]:
    table = reports.exceptions(store, now)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_the_report_names_owner_second_reason_and_until(store, hub, now) -> None:
    agreed(store, hub, now, rules=["external", "vetted"])
    first, second = rows(store, now)
    assert first == {
        "rule": "external", "state": AGREED, "entitlement": "dan-2027", "person": "dan",
        "name": "Dan Foley", "kind": Kind.PEER_SUPERVISION, "provider": "ana", "since": TODAY,
        "owner": "cleo", "agreed_by": "ivy", "reason": "Nobody else near", "until": JUNE,
    }  # fmt: skip
    assert second["rule"] == "vetted"


def test_what_was_never_agreed_is_no_exception(store, hub, now) -> None:
    made = ask(store, hub, now)
    assert rows(store, now) == []
    overrides.answer(store, made, agreed=False, by=hub.ivy, now=now)
    assert rows(store, now) == []


def test_rules_that_are_broken_without_one_are_reported(store, hub, now) -> None:
    offering = store.scalars(select(Offering)).one()
    offering.vetted_until, offering.capacity = date(2027, 2, 1), 1
    second = Match(
        ref="dan-ana", entitlement=hub.owed, provider=hub.ana, state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 5),
    )  # fmt: skip
    store.add(second)
    store.flush()
    found = {(row["entitlement"], row["rule"]): row for row in rows(store, now)}
    assert set(found) == {
        ("ben-2027", "vetted"), ("dan-2027", "vetted"), ("dan-2027", "external"),
        ("dan-2027", "place"),
    }  # fmt: skip
    assert {row["state"] for row in found.values()} == {"Broken"}
    assert found["ben-2027", "vetted"]["since"] == date(2027, 2, 2)
    assert found["dan-2027", "place"]["since"] is None


def test_a_conflict_is_reported_as_not_available_like_what_is_withheld(store, hub, now) -> None:
    def of_ben() -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in rows(store, now) if row["person"] == "ben"]

    conflict = Conflict(person_id=hub.ben.id, other_person_id=hub.ana.id)
    store.add(conflict)
    by_conflict = of_ben()
    store.delete(conflict)
    assert of_ben() == []
    store.execute(delete(Trait).where(Trait.person_id == hub.ana.id))
    assert of_ben() == by_conflict
    assert by_conflict[0][0] == "not_available"


def test_an_auditors_copy_has_neither_names_nor_reasons(store, hub, now) -> None:
    agreed(store, hub, now)
    copy = reports.without_names(reports.exceptions(store, now), "secret")
    assert {"name", "reason"} & set(copy.columns) == set()
    assert "Nobody else near" not in str(copy.rows)


def full(store: Store, hub: SimpleNamespace, rule: str) -> None:
    """The job at the same employer is over, and Ana has no room for Dan for one reason."""
    hub.job.ends_on = date(2027, 2, 1)
    if rule == "hours":
        store.get_one(Provider, hub.ana.id).hours_a_year = 15
    else:
        hub.offering.capacity = 1 if rule == "place" else 0
    store.commit()


@pytest.mark.parametrize("rule", ["place", "hours", "capacity"])
def test_the_solver_knows_of_an_exception_from_places_and_hours(store, hub, now, rule) -> None:
    full(store, hub, rule)
    assert may(store, hub) == {False}
    agreed(store, hub, now, rules=[rule])
    assert may(store, hub) == {True}


def test_an_exception_from_places_is_none_from_hours_and_the_reverse(store, hub, now) -> None:
    full(store, hub, "place")
    full(store, hub, "hours")
    agreed(store, hub, now, rules=["hours"])
    assert may(store, hub) == {False}
    agreed(store, hub, now, rules=["place"])
    assert may(store, hub) == {True}


def test_an_exception_for_one_is_none_for_another(store, hub, now) -> None:
    """Gus wants the same as Dan, and nobody agreed to anything for him."""
    full(store, hub, "place")
    gus = Person(ref="gus", name="Gus", place=hub.dunedin, modes=["video"])
    gus.traits = [Trait(word=hub.consumer)]
    store.add_all([gus, Entitlement(ref="gus-2027", person=gus, kind=hub.owed.kind, sessions=10,
                                    minutes=60, mandatory=True, starts_on=date(2027, 1, 1),
                                    ends_on=date(2027, 12, 31))])  # fmt: skip
    store.commit()
    agreed(store, hub, now, rules=["place"])
    answer = matching.solve(store, TODAY)
    assert (answer.unmet, answer.reached.met, answer.most.met) == (["gus-2027"], 2, 2)


def test_who_has_an_exception_bears_its_load_and_leaves_hours_to_nobody_twice(
    store, hub, now
) -> None:
    """No place is left; the hours that are hold Dan alone, who takes them."""
    full(store, hub, "place")
    store.get_one(Provider, hub.ana.id).hours_a_year = 20
    hub.offering.capacity = 1
    agreed(store, hub, now, rules=["place"])
    answer = matching.solve(store, TODAY)
    rows = sum(row.fit for row in answer.rows)
    assert rows - answer.reached.total == 200, "the second of one place"
    assert answer.reached.total <= answer.most.total
