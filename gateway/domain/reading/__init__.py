"""How what people write is read: small words, lines of a list, words around a command."""
