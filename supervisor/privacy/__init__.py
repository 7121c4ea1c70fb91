"""What is held about somebody: taken out by them, and erased when they ask."""
