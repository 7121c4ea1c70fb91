"""Whose time is free, and how and where two people can meet."""
