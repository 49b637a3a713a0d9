"""How rows are divided into a locked hold-out and the parts that are judged in turn."""
