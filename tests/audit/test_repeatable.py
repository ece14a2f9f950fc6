"""The same claims give the same rows in every process, whatever order its sets have."""

from __future__ import annotations

import os
import subprocess
import sys

CLAIMS = """
from byssus.audit import audit
from byssus.study.model import Claim

def claim(quantity, value, unit, **at):
    return Claim(binder="X", quantity=quantity, value=value, unit=unit, at=at)

rows = audit([
    claim("capacity_retention", "48", "%", cycle=150),
    claim("delithiation_capacity", "1149", "mAh/g", cycle=150),
    claim("first_delithiation_capacity", "2550", "mAh/g"),
])
print([mend.text for row in rows for mend in row.mends])
"""


def test_of_two_equally_near_misprints_the_lower_is_told_in_every_process() -> None:
    told = set()
    for seed in range(8):
        env = {**os.environ, "PYTHONHASHSEED": str(seed)}
        done = subprocess.run([sys.executable, "-c", CLAIMS], capture_output=True, text=True, check=True, env=env)
        told.add(done.stdout)
    (said,) = told
    # 0.48 x 2550 is 1224: 1219 and 1229 both differ from 1149 in two digits, and lie equally far from it
    assert "1219 instead of 1149" in said
