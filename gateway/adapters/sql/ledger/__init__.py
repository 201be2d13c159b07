"""The ledger in a database: its lines, and how rows are entered into them."""
