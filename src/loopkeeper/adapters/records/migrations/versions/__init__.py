"""Each migration once, never changed after a release."""
