"""The ledger of hidden works on disk, and the keys that seal it."""
