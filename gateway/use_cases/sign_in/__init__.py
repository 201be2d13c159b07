"""Getting into the console, staying there, and being let in."""
