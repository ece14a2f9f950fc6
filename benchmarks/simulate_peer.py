"""200 cycles of PyBaMM's single-particle half cell of silicon with SEI and loss of active material; one line of JSON.

Run by benchmarks/simulate.py in the interpreter PEER_PYTHON. Its particle is that of particle_voltages.py.
"""

from __future__ import annotations

import json
import os
import sys
import time

os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"

import numpy as np
import particle_voltages as one
from particle_voltages import AREA_M2, CELL, FARADAY_C_PER_MOL

LOSS_PER_CHARGE = 3e-5  # of active material by charge density, m^3/mol: some 30 % in 200 cycles
LITHIUM_PER_SEI = 2.0
KEPT = 20  # every so many cycles are kept, so that memory is that of the solver


def main(cycles: int, c_rate: float) -> None:
    import pybamm

    pybamm.set_logging_level("ERROR")
    pybamm.settings.tolerances["reg_power"] = one.SQUARE_ROOT_WIDTH
    model = pybamm.lithium_ion.SPM(
        {
            "working electrode": "positive",
            "contact resistance": "true",
            "open-circuit potential": ("single", "current sigmoid"),
            "SEI": ("none", "solvent-diffusion limited"),
            "SEI film resistance": "average",
            "loss of active material": ("none", "reaction-driven"),
        }
    )
    values = one.parameters("lithiation")
    down, up = (one.parameters(name)["Positive electrode OCP [V]"] for name in ("lithiation", "delithiation"))
    values.update(
        {
            "Positive electrode lithiation OCP [V]": down,
            "Positive electrode delithiation OCP [V]": up,
            "Positive electrode reaction-driven LAM factor [m3.mol-1]": LOSS_PER_CHARGE,
            "Upper voltage cut-off [V]": 1e6,  # steps end by their own limits; an empty surface starts far above them
        },
        check_already_exists=False,
    )
    run = pybamm.Experiment(
        [(f"Discharge at {c_rate}C until {one.LOWER_V} V", f"Charge at {c_rate}C until {one.UPPER_V} V")] * cycles
    )
    simulation = pybamm.Simulation(
        model,
        parameter_values=values,
        experiment=run,
        solver=pybamm.IDAKLUSolver(),
        var_pts={"x_n": 5, "x_s": 5, "x_p": 5, "r_n": 5, "r_p": 30},
    )
    begun = time.process_time()
    kept = [1, *range(KEPT, cycles + 1, KEPT)]
    solution = simulation.solve(save_at_cycles=kept, calc_esoh=False)
    used = time.process_time() - begun
    mass = CELL["loading_kg_per_m2"] * AREA_M2
    rows = [row(k, solution.cycles[k - 1], mass, values) for k in kept if solution.cycles[k - 1] is not None]
    print(json.dumps({"version": pybamm.__version__, "solve_s": used, "rows": rows}))


def row(cycle: int, kept: object, mass: float, values: object) -> dict[str, float]:
    """Capacities (C/kg), connected share, film resistance by area of electrode and its lithium (C/kg) of a cycle."""
    down, up = kept.steps  # type: ignore[attr-defined]
    into, out = (float(np.ptp(step["Discharge capacity [A.h]"].entries)) * 3600.0 / mass for step in (down, up))
    fraction = float(up["X-averaged positive electrode active material volume fraction"].entries[-1])
    begun = CELL["loading_kg_per_m2"] / (CELL["density_kg_per_m3"] * 20e-6)
    film = float(up["X-averaged positive SEI thickness [m]"].entries[-1])
    surface = 3 / (CELL["density_kg_per_m3"] * CELL["radius_m"]) * CELL["loading_kg_per_m2"]
    resistance = film * values["SEI resistivity [Ohm.m]"] / surface  # type: ignore[index]
    volume = values["SEI partial molar volume [m3.mol-1]"]  # type: ignore[index]
    sei = LITHIUM_PER_SEI * FARADAY_C_PER_MOL * film / volume * surface / CELL["loading_kg_per_m2"]
    return {
        "cycle": cycle,
        "lithiation": into,
        "delithiation": out,
        "connected": fraction / begun,
        "resistance": resistance,
        "sei": sei,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
