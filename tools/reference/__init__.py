"""The pages of docs/reference/: each is written from what the code itself says."""
