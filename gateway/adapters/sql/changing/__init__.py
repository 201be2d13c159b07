"""Changes of tables that others read meanwhile."""
