"""Programs that the project's own Python runs: each stands alone, and nothing here imports them."""
