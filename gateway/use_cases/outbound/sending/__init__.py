"""How MTs leave: leased, marked, called at their moments, and what each call came to."""
