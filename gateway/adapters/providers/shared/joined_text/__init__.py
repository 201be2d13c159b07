"""Webhooks in the shape of Africa's Talking, and what plays them."""
