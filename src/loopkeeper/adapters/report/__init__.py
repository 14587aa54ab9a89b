"""Rendering of finished evaluations and diagnoses for people."""
