"""Drafts of menus: begun, changed by several people, brought onto what is live, published."""
