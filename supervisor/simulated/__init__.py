"""A whole year of a hub, lived by invented people through the real acts."""
