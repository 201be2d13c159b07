"""`gateway drafts`: menus that are written and not live yet."""
