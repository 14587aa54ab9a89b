"""What any table in a file is: containers, dialects, heads, cells, moments, zones."""
