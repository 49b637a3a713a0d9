"""What is wrong with a table, how much it matters, and the steps that mend it."""
