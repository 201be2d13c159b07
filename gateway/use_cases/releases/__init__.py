"""Menus on their way to citizens: played, published, rolled back."""
