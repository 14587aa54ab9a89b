"""What is said of results, in both languages; doors and printed reports share it."""
