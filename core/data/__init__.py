"""Tables: reading, typing, storing, profiling, splitting."""
