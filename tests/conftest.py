"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real instrument files beside the project; tests that need it skip where it is absent."""
    if not (SHARED_DATA / "MANIFEST.csv").is_file():
        pytest.skip("real instrument files (shared/data beside the project) are not on this machine")
    return SHARED_DATA
