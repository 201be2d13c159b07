"""The open SMS and USSD gateway for public services."""
