"""What became of MTs in a database: the steps of each, and the settling of the unknown."""
