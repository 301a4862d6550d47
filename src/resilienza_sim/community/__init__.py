"""Who lives in a town, where, and who knows whom, before anything happens."""
