"""Measured readings as loggers and plants export them."""
