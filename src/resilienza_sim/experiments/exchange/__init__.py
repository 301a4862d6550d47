"""A study as others take it: CSV, RO-Crate, one zip; and how they check it."""
