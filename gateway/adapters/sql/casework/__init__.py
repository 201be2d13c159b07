"""Cases and what happened to them."""
