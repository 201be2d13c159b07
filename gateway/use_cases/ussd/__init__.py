"""A USSD session: answered turn by turn, dropped, taken up again."""
