"""Amounts of a currency, and what channels charge."""
