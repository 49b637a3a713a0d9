"""The workspace: folder, database, artifacts."""
