"""SMS in and out, their reports, conversations and consents."""
