"""`gateway sms`: messages on their way, and what became of them."""
