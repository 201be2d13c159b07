"""Datasets in the database: a table for each, how new rows take over, and what is looked up."""
