"""Models of the binder and of the cell."""
