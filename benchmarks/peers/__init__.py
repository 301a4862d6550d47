"""One small model, written once in each framework as its own users would write it.

Every citizen moves its trust a tenth of the way towards the mean of its neighbours' trust, all at
the same time. Each file is run in an environment of its own and imports nothing but its framework,
NumPy and `_serve`; what to install for it stands in `peers.txt` under the file's name.
"""
