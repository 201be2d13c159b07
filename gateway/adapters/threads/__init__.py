"""Threads: kept for work to come, bounded in number, waited for no longer than there is time."""
