"""The phone in the browser, as a provider."""
