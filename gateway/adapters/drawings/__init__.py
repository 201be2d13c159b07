"""Menus and cards as pictures."""
