"""Kinds of shock: one class in one file."""
