"""Voltages of PyBaMM's single-particle half cell of silicon, kept with the tests of byssus.simulate.particle.

    PYBAMM_DISABLE_TELEMETRY=true peers/bin/python benchmarks/particle_voltages.py \\
        > tests/simulate/particle/pybamm_voltages.csv

Runs in an environment that has PyBaMM (BSD-3); byssus is not needed there. The potential is the published one that
PyBaMM ships; the terms by which it keeps any potential from shares of 0 and 1 are taken off, so both have the same.
"""

from __future__ import annotations

import json
import os

os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"

import numpy as np

CELL = {
    "radius_m": 150e-9,
    "diffusivity_m2_per_s": 2e-17,
    "exchange_at_half_a_per_m2": 0.1,
    "loading_kg_per_m2": 5e-3,
    "resistance_ohm_m2": 2e-3,
    "capacity_c_per_kg": 3579.0 * 3600.0,
    "density_kg_per_m3": 2330.0,
    "counter_exchange_a_per_m2": 10.0,
    "temperature_k": 298.15,
}
AREA_M2 = 1.1e-4
FARADAY_C_PER_MOL = 96485.33212
LOWER_V, UPPER_V = 0.005, 1.5
BEGIN = {"lithiation": 0.01, "delithiation": 0.9}
RATES = (0.2, 1.0)
RADII = 200  # finite volumes of PyBaMM's particle
POINTS = 60
SQUARE_ROOT_WIDTH = 1e-7  # PyBaMM rounds square roots off below it, by default 1e-3: 0.1 V at the end of delithiation


def parameters(direction: str) -> object:
    """PyBaMM's half-cell set with silicon in it."""
    import pybamm
    from pybamm.input.parameters.lithium_ion import Chen2020_composite as published
    from pybamm.parameters.lithium_ion_parameters import U_asymptotes

    most = CELL["capacity_c_per_kg"] * CELL["density_kg_per_m3"] / FARADAY_C_PER_MOL
    thickness = 20e-6
    published_ocp = {
        "lithiation": published.silicon_ocp_lithiation_Mark2016,
        "delithiation": published.silicon_ocp_delithiation_Mark2016,
    }

    def potential(share: object) -> object:
        return published_ocp[direction](share) - U_asymptotes(share)

    def exchange(_c_e: object, c_s: object, c_max: object, _temperature: object) -> object:
        share = c_s / c_max  # type: ignore[operator]
        return 2 * CELL["exchange_at_half_a_per_m2"] * pybamm.sqrt(share * (1 - share))

    values = pybamm.ParameterValues("Xu2019")
    values.update(
        {
            "Positive electrode OCP [V]": potential,
            "Positive particle radius [m]": CELL["radius_m"],
            "Positive particle diffusivity [m2.s-1]": CELL["diffusivity_m2_per_s"],
            "Maximum concentration in positive electrode [mol.m-3]": most,
            "Initial concentration in positive electrode [mol.m-3]": most * BEGIN[direction],
            "Positive electrode thickness [m]": thickness,
            "Positive electrode active material volume fraction": CELL["loading_kg_per_m2"]
            / (CELL["density_kg_per_m3"] * thickness),
            "Positive electrode exchange-current density [A.m-2]": exchange,
            "Electrode height [m]": AREA_M2**0.5,
            "Electrode width [m]": AREA_M2**0.5,
            "Nominal cell capacity [A.h]": 3579.0 * CELL["loading_kg_per_m2"] * AREA_M2,
            "Exchange-current density for lithium metal electrode [A.m-2]": CELL["counter_exchange_a_per_m2"],
            "Contact resistance [Ohm]": CELL["resistance_ohm_m2"] / AREA_M2,
            "Lower voltage cut-off [V]": LOWER_V,
            "Upper voltage cut-off [V]": UPPER_V,
            "Ambient temperature [K]": CELL["temperature_k"],
            "Initial temperature [K]": CELL["temperature_k"],
            "Reference temperature [K]": CELL["temperature_k"],
        }
    )
    return values


def voltages(direction: str, c_rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Times (s) and voltages of one constant-current step from rest to its limit."""
    import pybamm

    pybamm.set_logging_level("ERROR")
    pybamm.settings.tolerances["reg_power"] = SQUARE_ROOT_WIDTH
    model = pybamm.lithium_ion.SPM({"working electrode": "positive", "contact resistance": "true"})
    sign = 1.0 if direction == "lithiation" else -1.0  # a discharge of the half cell lithiates silicon
    simulation = pybamm.Simulation(
        model,
        parameter_values=parameters(direction),
        C_rate=sign * c_rate,
        solver=pybamm.IDAKLUSolver(rtol=1e-9, atol=1e-9),
        var_pts={"x_n": 5, "x_s": 5, "x_p": 5, "r_n": 5, "r_p": RADII},
    )
    longest = 3600.0 / c_rate
    end = float(simulation.solve([0.0, longest]).t[-1])
    # Stops at every point: between its own steps PyBaMM interpolates, too coarsely where the potential shoots up.
    stops = end * (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, POINTS)))[:-1]
    solution = simulation.solve(np.append(stops, longest))
    places = np.searchsorted(solution.t, stops)
    assert np.array_equal(solution.t[places], stops)
    volts = solution["Voltage [V]"].entries
    return np.append(stops, solution.t[-1]), np.append(volts[places], volts[-1])


def main() -> None:
    import pybamm

    print(f"# PyBaMM {pybamm.__version__}, SPM, half cell, contact resistance, {RADII} volumes, rtol 1e-9,")
    print(f"# its terms against shares of 0 and 1 taken off, its square roots rounded below {SQUARE_ROOT_WIDTH:g} only")
    print(f"# limits {LOWER_V} and {UPPER_V} V, begins {json.dumps(BEGIN)}, 1 C is 3579 A/kg")
    print(f"# {json.dumps(CELL)}")
    print("direction,c_rate,time_s,potential_v")
    for direction in BEGIN:
        for c_rate in RATES:
            for time_s, volts in zip(*voltages(direction, c_rate), strict=True):
                print(f"{direction},{c_rate},{time_s:.9g},{volts:.8f}")


if __name__ == "__main__":
    main()
