"""Measures the gateway: `python -m bench`. What was found is written up in docs/performance.md."""
