"""What goes on, in figures that tell nothing of a person."""
