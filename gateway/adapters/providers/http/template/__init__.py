"""The file that says how a provider speaks: its shape, its checks, and what is made of it once."""
