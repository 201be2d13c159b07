"""`gateway data` and `gateway migrate`: what is stored, loaded and written out."""
