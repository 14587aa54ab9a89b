"""Migrations of the records, one path for SQLite and PostgreSQL."""
