"""Alerts: the catalogue, their ladders and readers, and the life of each."""
