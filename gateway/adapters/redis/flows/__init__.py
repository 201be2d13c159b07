"""In Redis: what the flows of a neighbour say, for who waits for it on whatever node."""
