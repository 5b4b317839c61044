"""Measurements beside their goals: ``python -m bench``. See docs/performance.md."""
