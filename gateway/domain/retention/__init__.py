"""What is removed when, and what is kept."""
