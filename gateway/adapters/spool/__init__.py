"""What we were told while the database was away, on the disk of one node."""
