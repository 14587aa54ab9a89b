"""The folder of a plant: its reader, its writer, and what a dossier keeps."""
