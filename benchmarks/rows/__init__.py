"""The rows of the benchmark, one file each: a docstring, `TARGETS`, and `measure`."""

import os

__all__ = ["ONE_CORE"]

ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Set to 1 before a row imports numpy or numba: one core is measured, parallelism is by process."""

for _name in ONE_CORE:
    os.environ.setdefault(_name, "1")
