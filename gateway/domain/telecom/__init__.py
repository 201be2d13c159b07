"""Numbers, channels, SMS and USSD as the standards and the operators have them."""
