"""Packages of hand-overs: folder and archive, manifest, workbooks, script."""
