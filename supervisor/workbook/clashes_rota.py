"""Who may not lead a group in turn, as the hub would refuse it."""

from supervisor.groups import group_turns
from supervisor.rules.ties import may_sit_with
from supervisor.rules.words import N_, Words
from supervisor.workbook.clashes_groups import FITTING, is_new, seated_of, ties_of
from supervisor.workbook.draft import Draft

NO_MEMBER = N_("somebody who has no seat in it, as members do not lead this kind of group")


def find_rota_clashes(draft: Draft) -> None:
    """A member sits there already; anybody else must be one for whom the group is available."""
    rows = [row for row in draft.rows.get("rota", []) if is_new(row)]
    if not rows:
        return
    ties, seated, kinds = ties_of(draft), seated_of(draft), _kinds(draft)
    for row in rows:
        group, person = row.value("group"), row.value("person")
        if person in seated[group]:
            if kinds.get(group) and not group_turns.members_may_in(draft.book.store, kinds[group]):
                draft.fault("rota", row, "person", Words(NO_MEMBER))
        elif person and not may_sit_with(person, seated[group], ties):
            draft.fault("rota", row, "person", Words(FITTING))


def _kinds(draft: Draft) -> dict[str, str]:
    return {id_: kind for _row, (id_, kind) in draft.everything("groups", "id", "kind") if id_}
