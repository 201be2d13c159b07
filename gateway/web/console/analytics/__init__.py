"""What goes on, in tables and pictures."""
