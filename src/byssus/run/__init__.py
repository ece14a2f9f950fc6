"""The plan of steps, the store that caches them, and the executors that do them."""
