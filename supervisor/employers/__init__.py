"""A worker moves from one employer to another."""
