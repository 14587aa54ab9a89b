"""Files dropped into a folder: CSV, Parquet, xlsx."""
