"""The SMS API of Orange in Africa and the Middle East, in the shapes of GSMA OneAPI."""
