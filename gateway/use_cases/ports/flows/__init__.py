"""What the flows of a neighbour say, and to whom."""
