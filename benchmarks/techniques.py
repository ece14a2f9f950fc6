"""Every technique of polymer, surface and electrode beside its peers, accuracy and CPU time, in one run.

    make benchmark-techniques
    PEER_PYTHON=peers/bin/python make benchmark-techniques

Each part is a script of its own, and each contestant a process of its own with one thread. Peers are those of the
environment that PEER_PYTHON names; what is not there is printed as absent. benchmarks/README.md has its making.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

from contest import ONE_THREAD

HERE = Path(__file__).resolve().parent
# Title, script, options; a title without a script says why there is none.
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Indentation", "indentation.py", ("--seeds", "100")),
    ("Core levels (xps)", "xps.py", ("--seeds", "20")),
    ("Infrared spectra (ftir)", "ftir.py", ()),
    ("Chromatograms (gpc)", "gpc.py", ()),
    ("Dynamic mechanical analysis (dma)", "dma.py", ()),
    ("Porosimetry", "porosimetry.py", ()),
    ("Swelling from the micrograph", "micrograph.py", ()),
    ("Tensile test", "tensile.py", ()),
    ("Cutting (saicas): no other program and no public file is known, so there is nothing to stand beside", "", ()),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="scripts that hold this word")
    given = parser.parse_args()
    peers = os.environ.get("PEER_PYTHON", f"{sys.executable} (PEER_PYTHON is not set)")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, one thread a contestant; peers: {peers}")
    failed = []
    for title, script, options in PARTS:
        if given.only not in script:
            continue
        print(f"\n## {title}", flush=True)
        if not script:
            continue
        if not (HERE / script).is_file():
            print(f"\n{script}: not there, left out")
            continue
        command = [sys.executable, str(HERE / script), *options]
        if subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False).returncode != 0:
            failed.append(script)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
