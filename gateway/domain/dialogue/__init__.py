"""The engine: a session is advanced by answers; pure."""
