"""The command line: arguments in, events out as lines or one JSON document."""
