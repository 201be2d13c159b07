"""SMPP 3.4: a line of one's own to an operator's SMS centre or USSD gateway."""
