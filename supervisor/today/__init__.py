"""What needs the coordinator today, each line with its remedy."""
