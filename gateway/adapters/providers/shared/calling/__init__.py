"""A call to a provider as a coroutine, apart from how its request travels."""
