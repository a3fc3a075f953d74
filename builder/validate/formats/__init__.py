"""What validation found, in the forms that people and CI read."""
