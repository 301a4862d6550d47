"""The product against plain Mesa, its peers and the machine's limit: `python -m benchmarks`."""
