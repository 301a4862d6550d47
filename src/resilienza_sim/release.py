"""Which version of the package this is."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["version_here"]


def version_here() -> str:
    """Return the version of the package, "0" in a source tree that is not installed."""
    try:
        return version("resilienza-sim")
    except PackageNotFoundError:
        return "0"
