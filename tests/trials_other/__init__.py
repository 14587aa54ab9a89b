"""Plants under trial by a second physics of another hand; nothing of the program is in it."""
