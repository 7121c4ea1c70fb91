"""The proof of the record: a chain over it, its signed heads, and its checks."""
