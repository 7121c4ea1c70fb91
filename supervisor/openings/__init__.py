"""Times that suit both, best first, and what nobody may book."""
