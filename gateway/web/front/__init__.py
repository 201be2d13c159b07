"""What stands before the application: it waits for slow callers, and hands over what is whole."""
