"""Handlers in threads, declared calls over HTTP, slow calls in a worker."""
