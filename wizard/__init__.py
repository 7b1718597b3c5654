"""registry-wizard: from nothing to a pullable image, every link proven."""

__version__ = "0.1.0"
