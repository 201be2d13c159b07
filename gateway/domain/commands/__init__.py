"""Which command a text is: its keyword, the answers around it, and what makes it prose."""
