"""A local provider that speaks the real wire formats: for tests, demos and benches."""
