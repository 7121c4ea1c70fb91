"""Somebody wants to talk soon: asked, answered by the first who can, and over."""
