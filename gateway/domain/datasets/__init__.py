"""Reference data: columns and what they may hold."""
