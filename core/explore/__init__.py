"""What is in a table: statistics, relations, charts as data, tests, projections."""
