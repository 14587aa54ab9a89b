"""The settings of a service: their schema, where each stands in the file, and what is wrong."""
