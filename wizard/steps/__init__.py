"""The use-cases, as async streams of typed events. They know protocols only."""
