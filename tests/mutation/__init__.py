"""Planted edits: does a test fail when a law is written wrongly?"""
