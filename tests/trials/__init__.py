"""Plants under commissioning trials, by a physics that shares nothing with the program."""
