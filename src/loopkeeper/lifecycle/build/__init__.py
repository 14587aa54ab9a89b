"""Construction: a ledger of hidden works that nobody can rewrite, held against the drawings."""
