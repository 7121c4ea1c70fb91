"""Groups: formed, joined, met, merged and closed."""
