"""The workbook: every sheet in the order in which it is read, and each written once.

`sheets_people.py`, `sheets_rooms.py`, `sheets_rota.py` and `sheets_support.py` declare them, column
by column; import, export and every fault come from those declarations.
"""

from supervisor.workbook import sheets_people as people
from supervisor.workbook import sheets_rooms as rooms
from supervisor.workbook import sheets_rota as rota
from supervisor.workbook import sheets_support as support

SHEETS = {
    sheet.name: sheet
    for sheet in (
        people.ORGANISATIONS,
        people.PLACES,
        rooms.ROOMS,
        people.PEOPLE,
        people.JOBS,
        people.PROVIDERS,
        support.ENTITLEMENTS,
        support.AMENDMENTS,
        support.MATCHES,
        people.CHOICES,
        people.CONFLICTS,
        people.LEAVE,
        people.VISITS,
        support.SESSIONS,
        support.GROUPS,
        support.GROUP_MEMBERS,
        rota.ROTA,
        support.SERIES,
    )
}
