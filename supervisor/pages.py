"""What every page shares: the frame's facts, the filters of the templates, the error pages."""

from flask import Flask


def register(app: Flask) -> None:
    """Hook the context, the filters and the error pages onto the app."""
