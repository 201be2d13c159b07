"""What is removed from the database when, and how the whole of it is kept safe."""
