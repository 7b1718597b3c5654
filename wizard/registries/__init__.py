"""One file per registry, in the order in which they are shown."""
