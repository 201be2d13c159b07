"""What goes on: sums that are made as turns and SMS come, and the tables that people read."""
