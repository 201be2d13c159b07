"""Texts in languages: alphabets, spelling, plurals, values as people write them."""
