"""`gateway dial` and `text`: be a citizen."""
