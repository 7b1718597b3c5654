"""One page per step, and the pages around them."""
