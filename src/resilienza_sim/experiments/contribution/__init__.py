"""What an action, an allocation of the euros or a service contributes."""
