"""What a USSD session leaves: places to come back to, slow calls, statistics."""
