"""The table steps: what each is, and the SQL it becomes."""
