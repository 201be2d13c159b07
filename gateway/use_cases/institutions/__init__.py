"""Who may do what, what an institution is, and the record of what was done."""
