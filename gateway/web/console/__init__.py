"""The operators' console: pages for what the commands do, through the same use cases."""
