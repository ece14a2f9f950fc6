"""Impedance: is the spectrum valid, which relaxation times does it hold, which elements, how do they move."""
