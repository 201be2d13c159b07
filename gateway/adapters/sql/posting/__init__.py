"""Rows that go on to another system: noted where they are stored, read where they are posted."""
