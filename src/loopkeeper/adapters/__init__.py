"""Outside: files, the virtual plant, and the rendering of reports."""
