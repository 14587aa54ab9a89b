"""Numbers: series with quality, aggregation, KPIs and their uncertainty: what the data say."""
