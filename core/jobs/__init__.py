"""Jobs: work in processes that outlive the screen."""
