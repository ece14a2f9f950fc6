"""Small studies for tests, written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HEAD = """
title = "Two binders"
[[binder]]
name = "A"
[[binder]]
name = "B"
[[claim]]
binder = "A"
quantity = "tensile_strength"
value = "150"
unit = "MPa"
[[claim]]
binder = "A"
quantity = "elongation_at_break"
value = "8.1"
unit = "%"
[[claim]]
binder = "B"
quantity = "tensile_strength"
value = "240"
unit = "MPa"
[[claim]]
binder = "B"
quantity = "elongation_at_break"
value = "11"
unit = "%"
"""

MEASURED = """
[[measurement]]
binder = "A"
technique = "tensile"
files = ["raw/*.csv"]
parameters = { width = "10 mm", thickness = "0.1 mm", gauge_length = "20 mm" }
conditions = { humidity = "dry" }
"""

OTHER = """
[[measurement]]
binder = "B"
technique = "tensile"
files = ["raw/other/*.csv"]
parameters = { width = "10 mm", thickness = "0.1 mm", gauge_length = "20 mm" }
conditions = { humidity = "dry" }
"""

REHEARSED = """
[[measurement]]
binder = "A"
technique = "tensile"
rehearse = true
replicates = 12
[[measurement]]
binder = "B"
technique = "tensile"
rehearse = true
replicates = 12
"""


def tensile_csv(strength_n: float = 100.0, points: int = 60, end_mm: float = 2.0) -> str:
    """A straight pull to ``strength_n`` at ``end_mm``, then the break: strength and elongation are exact."""
    rows = [f"{end_mm * k / points:.6f},{strength_n * k / points:.6f}" for k in range(points + 1)]
    return "Extension [mm],Force [N]\n" + "\n".join(rows) + f"\n{end_mm * 1.001:.6f},0.0\n"


def make_study(folder: Path, *parts: str, strengths: tuple[float, ...] = ()) -> Path:
    """A study of the parts given, with one raw file for each strength (N)."""
    (folder / "raw").mkdir(parents=True)
    (folder / "study.toml").write_text(HEAD + "".join(parts), encoding="utf-8")
    for number, strength in enumerate(strengths, 1):
        (folder / "raw" / f"s{number}.csv").write_text(tensile_csv(strength), encoding="utf-8")
    return folder


def timeless(path: Path) -> str:
    """results.json as text, without its times."""
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for key in ("started", "finished"):
        results["provenance"].pop(key)
    return json.dumps(results)
