"""What reading text tables takes: bytes to text, where the table begins, cells, numbers, times, the preamble."""
