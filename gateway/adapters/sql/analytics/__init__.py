"""Statistics in the database: small tables of sums, so that no one counts rows to show them."""
