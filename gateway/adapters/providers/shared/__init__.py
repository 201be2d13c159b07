"""What several providers have in common."""
