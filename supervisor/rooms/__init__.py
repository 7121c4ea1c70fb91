"""Rooms to meet in, and the hours that each of them has given away."""
