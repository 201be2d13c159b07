"""SMS Gateway for Android: one phone and its SIM card as a line, for a pilot without a contract."""
