"""Supervision Hub: ten contracted sessions become ten delivered."""
