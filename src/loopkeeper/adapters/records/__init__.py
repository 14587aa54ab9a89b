"""Records that last: judgements, alarms, reports, jobs and deeds, on SQLite or PostgreSQL."""
