"""Benchmarks: ratios, each taken in one interleaved run beside its anchor; never tests."""
