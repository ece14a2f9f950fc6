"""byssus: from raw instrument files, chemistry and printed numbers to one audited report."""

__version__ = "0.3.0"

__all__ = ["__version__"]
