"""Menus on their way to citizens: drafts, and what was published."""
