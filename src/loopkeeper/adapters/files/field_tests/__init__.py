"""Logs of field tests: response tests, levels of wells, water samples."""
