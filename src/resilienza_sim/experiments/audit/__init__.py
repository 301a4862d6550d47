"""Claims tried again on models built in other ways."""
