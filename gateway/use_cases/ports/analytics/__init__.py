"""The ports of statistics: sums, and what stands how at this moment."""
