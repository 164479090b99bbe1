"""Documentation and code in step."""
