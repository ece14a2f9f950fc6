"""The engine gpu4pyscf, of which only the calls can be tested where there is no GPU."""

from __future__ import annotations

import builtins
import sys
import types
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

from pyscf.df import df_jk

from byssus.compute.molecule import Geometry
from byssus.compute.single_point import Method, single_point
from byssus.errors import ComputeError

SMALL = Method(basis="sto-3g")
HYDROGEN = Geometry(np.array([1, 1]), np.array([[0, 0, 0], [0, 0, 1.4]]))


class OnGpu:
    """What ``to_gpu`` gives: the same field, whose calls are written down."""

    def __init__(self, field: Any, calls: list[str]) -> None:
        self.__dict__.update(_field=field, _calls=calls)

    def __getattr__(self, name: str) -> Any:
        if name in ("kernel", "to_cpu"):
            self._calls.append(name)
        return (lambda: self._field) if name == "to_cpu" else getattr(self._field, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._field, name, value)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    monkeypatch.setitem(sys.modules, "gpu4pyscf", types.ModuleType("gpu4pyscf"))

    def to_gpu(field: Any) -> OnGpu:
        made.append(f"to_gpu of {type(field).__name__}, fitted: {field.with_df is not None}, level {field.grids.level}")
        return OnGpu(field, made)

    monkeypatch.setattr(df_jk._DFHF, "to_gpu", to_gpu)
    return made


def test_the_field_goes_to_the_gpu_whole_and_comes_back(calls: list[str]) -> None:
    there = single_point(HYDROGEN, SMALL, engine="gpu4pyscf")
    assert calls == ["to_gpu of DFRKS, fitted: True, level 0", "kernel", "to_cpu"]
    assert there.energy_hartree == pytest.approx(single_point(HYDROGEN, SMALL).energy_hartree, abs=1e-9)


@pytest.mark.usefixtures("calls")
def test_a_machine_without_a_gpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_gpu(_field: Any) -> None:
        raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected")

    monkeypatch.setattr(df_jk._DFHF, "to_gpu", to_gpu)
    with pytest.raises(ComputeError, match=r"finds no GPU it can use, got cudaErrorNoDevice.*--engine pyscf"):
        single_point(HYDROGEN, SMALL, engine="gpu4pyscf")


@pytest.mark.parametrize(
    ("fault", "said"),
    [(ImportError("no module"), r"not installed. .*byssus\[gpu\]"), (RuntimeError("driver too old"), "finds no GPU")],
)
def test_an_engine_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str) -> None:
    plain = builtins.__import__

    def importing(name: str, *args: Any, **more: Any) -> Any:
        if name == "gpu4pyscf":
            raise fault
        return plain(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", importing)
    with pytest.raises(ComputeError, match=said):
        single_point(HYDROGEN, SMALL, engine="gpu4pyscf")
