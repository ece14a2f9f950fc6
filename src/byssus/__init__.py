"""byssus: from raw instrument files, chemistry and printed numbers to one audited report."""

__version__ = "0.2.0"

__all__ = ["__version__"]
