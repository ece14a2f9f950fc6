"""The potential of a batch of half cells from the surface of their particles; the same equations as the cycle map's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.laws.electrode_kinetics import exchange_current_density_a_per_m2, overpotential_v
from byssus.laws.silicon_potential import equilibrium_potential_v
from byssus.simulate.particle.cell import Cells

__all__ = ["Working"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Working:
    """A batch in one cycle: its cells and what damage has left of them, each of shape ``(cells,)``."""

    cells: Cells
    connected: Floats
    resistance_ohm_m2: Floats

    def flux(self, current_a_per_kg: Floats) -> Floats:
        """-dx/dr at the surface (r in radii): tau i / (3 Q s), where s of the silicon takes part."""
        over = 3 * np.asarray(self.cells.capacity_c_per_kg) * self.connected
        return np.asarray(self.cells.diffusion_time_s * current_a_per_kg / over)

    def potential_v(self, surface: Floats, branch: Floats, current_a_per_kg: Floats) -> Floats:
        """U + eta + eta of the lithium electrode + I R, in volts; ``current_a_per_kg`` positive for delithiation."""
        cells, j = self.cells, current_a_per_kg / (self.cells.surface_m2_per_kg * self.connected)
        exchange = exchange_current_density_a_per_m2(surface, cells.exchange_at_half_a_per_m2)
        volts = equilibrium_potential_v(surface, branch) + overpotential_v(j, exchange, cells.temperature_k)
        area = current_a_per_kg * np.asarray(cells.loading_kg_per_m2)
        if not np.all(np.isinf(cells.counter_exchange_a_per_m2)):
            volts = volts + overpotential_v(area, cells.counter_exchange_a_per_m2, cells.temperature_k)
        return np.asarray(volts + area * self.resistance_ohm_m2)

    def branch_after(self, branch: Floats, sign: float, passed_share: Floats) -> Floats:
        """The hysteresis after ``passed_share`` of lithium: it nears ``sign`` exponentially."""
        return np.asarray(sign + (branch - sign) * np.exp(-passed_share / np.asarray(self.cells.branch_share)))
