"""One provider, one module. The table of all of them is in registry.py."""
