"""What `make bench` measures: every figure beside its base, in the same run, on the same machine."""
