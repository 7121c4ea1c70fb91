"""Sessions of two people: booked, moved, called off, and whether they happened."""
