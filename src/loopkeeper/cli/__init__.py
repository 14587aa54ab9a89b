"""The command line: the same use cases as from Python, one command each."""
