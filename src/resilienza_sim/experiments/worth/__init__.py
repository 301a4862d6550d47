"""What an action, and an allocation of the euros, is worth: attribution and the yardstick."""
