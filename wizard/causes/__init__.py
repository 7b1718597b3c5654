"""The catalogue of causes as data: one file per family, `CATALOGUE` by id."""
