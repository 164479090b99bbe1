"""What is looked for and found, counted so that nobody can be told by it."""
