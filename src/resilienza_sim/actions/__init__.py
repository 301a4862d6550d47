"""What the purse can pay for: one class in one file."""
