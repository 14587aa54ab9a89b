"""Workbooks of hidden works: strangers' sheets read by a mapping, and forms of our own."""
