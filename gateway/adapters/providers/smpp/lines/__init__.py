"""The process that holds the binds: SMPP on one side, HTTP on the other."""
