"""`gateway menus …`: one command per file."""
