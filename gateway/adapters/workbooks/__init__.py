"""Workbooks (XLSX) that people give: what is looked at before one is opened."""
