"""The languages that come with the gateway: one file each, with all that it says by itself."""
