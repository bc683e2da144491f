"""What bench/run measures with."""
