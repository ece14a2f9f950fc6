"""Chemistry from structure: molecules, conformers, contacts and their energies."""
