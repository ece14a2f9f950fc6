"""Pure equations with their sources, used by analysis, rehearsal, audit and models alike."""
