"""Many rows at once: what costs little for one row, and much for each of a thousand."""
