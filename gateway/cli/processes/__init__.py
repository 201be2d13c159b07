"""`gateway run`, `serve`, `work`: the processes and their supervisor."""
