"""Tuakana and teina change places."""
