"""Passwords and one-time codes, by the libraries that know them."""
