"""Time-resolved half cells of silicon: one particle a cell, many cells at once.

cells -> diffusion by eigenmodes -> surface -> potential -> limits -> capacities, curves, ledger of lithium
"""

from byssus.simulate.particle.cell import Cells, Damage, Protocol
from byssus.simulate.particle.cycling import Cycled, Fineness, HalfCycle, cycle

__all__ = ["Cells", "Cycled", "Damage", "Fineness", "HalfCycle", "Protocol", "cycle"]
