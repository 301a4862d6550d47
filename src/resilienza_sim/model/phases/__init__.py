"""The phases of the week, one module each."""
