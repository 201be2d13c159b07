"""Reference data in CSV and XLSX files."""
