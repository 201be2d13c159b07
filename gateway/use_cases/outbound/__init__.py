"""SMS to subscribers: sent, reminded, reported, swept."""
