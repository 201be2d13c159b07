"""What handlers may keep and ask: one store per tool."""
