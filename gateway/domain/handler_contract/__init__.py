"""What a handler or a declared call is given, and what it may answer."""
