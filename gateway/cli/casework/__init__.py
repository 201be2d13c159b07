"""What citizens told an institution: cases, and messages to the help desk."""
