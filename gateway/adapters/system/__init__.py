"""The machine: its clock, its key file, its processes."""
