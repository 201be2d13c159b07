"""Golden dialogues in files: read, checked, recorded."""
