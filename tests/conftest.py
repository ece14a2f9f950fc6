"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Property tests draw the same cases every time, so a run says something of the change, not of its luck. New cases are
# looked for on purpose: make properties.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("repeatable")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real instrument files beside the project; tests that need it skip where it is absent."""
    if not (SHARED_DATA / "MANIFEST.csv").is_file():
        pytest.skip("real instrument files (shared/data beside the project) are not on this machine")
    return SHARED_DATA
