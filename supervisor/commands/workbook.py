"""`supervisor import` and `supervisor export`: the workbook, in and out."""

from collections import Counter
from pathlib import Path

import click
from flask import current_app

from supervisor import clock, workbook
from supervisor.commands.frame import opened_store, print_json, refusals
from supervisor.workbook import Report, WorkbookRefused


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would change and keep nothing.")
@click.option("--add-words", is_flag=True, help="Accept words that the hub's lists do not have.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@refusals
def import_(path: Path, *, dry_run: bool, add_words: bool, as_json: bool) -> None:
    """Bring in a FOLDER of CSV files or one .xlsx: all of it or nothing."""
    try:
        with opened_store() as store:
            key = current_app.config["HUB"].secret_key
            report = workbook.import_workbook(
                store, path, clock.now(), add_words=add_words, dry_run=dry_run, key=key
            )
    except WorkbookRefused as refused:
        _tell_faults(refused, as_json=as_json)
        raise
    if as_json:
        print_json(report.as_json())
    else:
        _tell(report)


def _tell_faults(refused: WorkbookRefused, *, as_json: bool) -> None:
    if as_json:
        faults = [fault.as_json() for fault in refused.faults]
        print_json({"faults": faults, "new_words": refused.new_words})
        return
    for fault in refused.faults:
        if not fault.new_words:
            click.echo(str(fault), err=True)
    _tell_new_words(refused)


def _tell_new_words(refused: WorkbookRefused) -> None:
    """One line for a word, however many cells have it."""
    cells = Counter(word for fault in refused.faults for word in fault.new_words)
    for vocabulary, word in refused.new_words:
        many = cells[str(vocabulary), word]
        where = f" in {many} cell{'s' * (many > 1)}" if many else ""
        click.echo(f"new word in the list {vocabulary}: {word}{where}", err=True)
    if refused.new_words:
        click.echo("Spelt as they should be? `--add-words` accepts new words.", err=True)


def _tell(report: Report) -> None:
    for sheet, count in report.counts.items():
        click.echo(f"{sheet}: {count.new} new, {count.changed} changed, {count.same} the same")
    for vocabulary, word in report.new_words:
        click.echo(f"new word in the list {vocabulary}: {word}")
    for line in (*report.kept, *report.waiting, *report.notes):
        click.echo(line)
    if report.dry_run:
        click.echo("Nothing was kept: this was a dry run.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@refusals
def export(path: Path, *, as_json: bool) -> None:
    """Write every sheet to a FOLDER of CSV files or one .xlsx."""
    with opened_store() as store:
        rows = workbook.export_workbook(store, path, clock.now())
    if as_json:
        print_json(rows)
    else:
        for sheet, count in rows.items():
            click.echo(f"{sheet}: {count} rows")
