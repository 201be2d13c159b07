"""Any provider that speaks HTTP, by a file that says how."""
