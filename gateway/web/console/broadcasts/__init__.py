"""One text to many, on pages: who wrote it, who approved it, how far it is, what came of it."""
