"""The case file of a preset: what a provider sends and answers, and what each becomes."""
