"""Commission: what is to be tried, what trials prove, what is handed over."""
