"""The workbook: a hub's people, agreements and sessions as a spreadsheet, in and out.

An import goes through `read` (texts), `values`, `references`, `compare` (with the hub's records),
`clashes` (what only several rows show) and `land` (written, all of it or nothing). The sheets are
declared in `sheets_people` and `sheets_support`.
"""

from supervisor.workbook.exports import export_workbook
from supervisor.workbook.faults import Fault, Report, WorkbookRefused
from supervisor.workbook.imports import import_workbook
from supervisor.workbook.read import WorkbookSettings

__all__ = [
    "Fault",
    "Report",
    "WorkbookRefused",
    "WorkbookSettings",
    "export_workbook",
    "import_workbook",
]
