"""One file per engine, in the order in which they are shown."""
