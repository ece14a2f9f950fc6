"""Reading a Zwick .TRA file and its strength and modulus, beside the notebook's way with pandas.

    python benchmarks/tensile.py

The manifest gives a strength of 1009.85 MPa. No package reads .TRA. The modulus here is a slope of crosshead strain, in
the same window for both: it holds the machine's compliance and stands only for the comparison.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from contest import OURS, SHARED, Call, compete, cpu_ms, fault_of, show

FILE = SHARED / "tensile" / "zwick_Invar_LT_05_01.TRA"
STATED_MPA = 1009.85
HEADER = 12  # lines
WINDOW = (0.0005, 0.0025)  # ISO 527-1:2019


def _ours() -> Call:
    from byssus.analyse.technique import technique
    from byssus.read import read_file

    tensile = technique("tensile")

    def stretched(path: str) -> dict[str, Any]:
        (trace,) = read_file(Path(path))
        one = tensile.analyse(trace, tensile.specimen("bar", {}))
        return {"strength": float(np.max(one.stress_pa)) / 1e6, "modulus": one.modulus.slope / 1e9}

    return stretched


def _notebook() -> Call:
    import pandas as pd

    def stretched(path: str) -> dict[str, Any]:
        """The user has counted the lines of the header and copied the sizes from it."""
        table = pd.read_csv(
            path, skiprows=HEADER, header=None, encoding="latin-1", names=["s", "abs", "mm", "n", "other"]
        )
        stress = table["n"].to_numpy() / 7.335
        strain = (table["mm"].to_numpy() - table["mm"].iloc[0]) / 30.0
        top = int(np.argmax(stress)) + 1
        inside = (strain[:top] >= WINDOW[0]) & (strain[:top] <= WINDOW[1])
        slope = np.polyfit(strain[:top][inside], stress[:top][inside], 1)[0]
        return {"strength": float(stress.max()), "modulus": float(slope) / 1e3}

    return stretched


CONTESTANTS = {OURS: _ours, "pandas (notebook)": _notebook}


def main() -> None:
    if not FILE.is_file():
        print(f"\n{FILE.name}: absent")
        return
    table = []
    for name in CONTESTANTS:
        rows = compete("tensile", name, [{"path": str(FILE)}])
        if why := fault_of(rows):
            table.append((name, why, "", ""))
            continue
        found = rows[0].found
        table.append((name, f"{found['strength']:.2f}", f"{found['modulus']:.3f}", cpu_ms(rows)))
    headings = ("tool", f"strength / MPa ({STATED_MPA})", "slope / GPa", "CPU ms, reading included")
    show(f"{FILE.name}, 5336 rows", headings, table)


if __name__ == "__main__":
    main()
