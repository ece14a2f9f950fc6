"""One file per file format: path -> Traces. Which reader is chosen by content, not by extension."""
