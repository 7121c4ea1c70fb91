"""The doors. Each looks a thing up, reads a form, calls one act, commits and redirects."""

from flask import Flask


def register(app: Flask) -> None:
    """Hang every door; a new one is one line here."""
