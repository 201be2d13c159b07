"""Institutions, people and the audit, in the database."""
