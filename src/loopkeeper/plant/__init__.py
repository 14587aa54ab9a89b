"""Things: the plant as designed, built and found, its points, and the records of its life."""
