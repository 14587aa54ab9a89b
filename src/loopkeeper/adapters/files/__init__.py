"""The dossier on disk: reading with every problem named, writing what can be read again."""
