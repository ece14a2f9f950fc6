"""Cycler exports whose headings have a documented meaning that the words alone do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from byssus.read.headings import plain

__all__ = ["AVANTAGE", "BDF", "CLOCK", "COUNTERS", "DIALECTS", "LANDT", "Dialect", "dialect_of", "tester_behind"]


@dataclass(frozen=True)
class Dialect:
    """One export layout.

    ``signature`` lists headings that must all be there (each entry a set of alternatives). ``columns``
    maps a canonical column to (heading, unit) in order of preference. ``closed`` dialects take no other
    column of the file. ``counter_scope`` says when the tester's capacity counters go back to zero.
    """

    name: str
    signature: tuple[tuple[str, ...], ...]
    columns: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    counter_scope: str = "unknown"
    closed: bool = False

    def fits(self, headings: frozenset[str]) -> bool:
        return all(any(plain(name) in headings for name in names) for names in self.signature)


_TIME = ("Test Time / s", "test_time_second", "test_time_s")
_VOLTAGE = ("Voltage / V", "voltage_volt")
_CURRENT = ("Current / A", "current_ampere")


def _all(unit: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, unit) for name in names)


# Battery Data Format: preferred labels and machine-readable notations of
# https://w3id.org/battery-data-alliance/ontology/battery-data-format. Positive current charges; its
# capacities accumulate over the test, though files in circulation carry the tester's own resets.
BDF = Dialect(
    name="bdf",
    signature=(_TIME, _VOLTAGE, _CURRENT),
    columns={
        "time_s": _all("s", *_TIME),
        "unix_time_s": _all("s", "Unix Time / s", "unix_time_second", "unix_time_s"),
        "step_time_s": _all("s", "Step Time / s", "step_time_second"),
        "voltage_v": _all("V", *_VOLTAGE),
        "current_a": _all("A", *_CURRENT),
        "charge_capacity_c": _all(
            "Ah", "Charging Capacity / Ah", "charging_capacity_ah", "charging_capacity_ampere_hour"
        ),
        "discharge_capacity_c": _all(
            "Ah", "Discharging Capacity / Ah", "discharging_capacity_ah", "discharging_capacity_ampere_hour"
        ),
        "capacity_c": _all("Ah", "Step Capacity / Ah", "step_capacity_ah", "Net Capacity / Ah", "net_capacity_ah"),
        "cycle_index": _all("1", "Cycle Count / 1", "cycle_count", "cycle_dimensionless"),
        "step_index": _all("1", "Step Index / 1", "step_index", "Step Count / 1", "step_count"),
        "temperature_k": _all(
            "degC", "Ambient Temperature / degC", "ambient_temperature_celsius", "ambient_temperature_degc",
            "Temperature T1 / degC", "temperature_t1_celsius",
        ),
    },
    counter_scope="test",
    closed=True,
)  # fmt: skip

# Arbin MITS raw data export: seconds, amperes, volts, ampere-hours, degrees Celsius. Whether a schedule
# resets the counters at a cycle is its author's choice.
ARBIN = Dialect(
    name="arbin",
    signature=(
        ("Test_Time",), ("Step_Index",), ("Cycle_Index",), ("Current",), ("Voltage",), ("Charge_Capacity",),
        ("Discharge_Capacity",),
    ),
    columns={
        "time_s": _all("s", "Test_Time"),
        "step_time_s": _all("s", "Step_Time"),
        "voltage_v": _all("V", "Voltage"),
        "current_a": _all("A", "Current"),
        "charge_capacity_c": _all("Ah", "Charge_Capacity"),
        "discharge_capacity_c": _all("Ah", "Discharge_Capacity"),
        "temperature_k": _all("degC", "Temperature"),
    },
)  # fmt: skip

# BaSyTec: the names say ampere-hours and that the counter runs within a cycle.
BASYTEC = Dialect(
    name="basytec",
    signature=(("Time[s]", "Time[h]"), ("U[V]",), ("I[A]",), ("Ah-Cyc-Charge",), ("Ah-Cyc-Discharge",)),
    columns={
        "charge_capacity_c": _all("Ah", "Ah-Cyc-Charge"),
        "discharge_capacity_c": _all("Ah", "Ah-Cyc-Discharge"),
        "cycle_index": _all("1", "Cyc-Count"),
        "step_index": _all("1", "Line"),
        "temperature_k": _all("degC", "T1[°C]", "T1[\ufffdC]"),
    },
    counter_scope="cycle",
)

# Gamry Framework .DTA, and tables cut from it: SI units and degrees throughout.
GAMRY = Dialect(
    name="gamry",
    signature=(("Pt",), ("Vf", "Zreal")),
    columns={
        "frequency_hz": _all("Hz", "Freq"),
        "impedance_real_ohm": _all("ohm", "Zreal"),
        "impedance_imaginary_ohm": _all("ohm", "Zimag"),
        "impedance_modulus_ohm": _all("ohm", "Zmod"),
        "impedance_phase_rad": _all("degree", "Zphz"),
        "time_s": _all("s", "T", "Time"),
        "voltage_v": _all("V", "Vf", "Vdc"),
        "current_a": _all("A", "Im", "Idc"),
        "cycle_index": _all("1", "curve number"),
        "spectrum_index": _all("1", "spectrum number"),
    },
    closed=True,
)

# ZPlot and ZView text: Z'(a) and Z''(b) in ohms, whatever the surface area in the header.
ZPLOT = Dialect(
    name="zplot",
    signature=(("Freq(Hz)",), ("Z'(a)",), ("Z''(b)",)),
    columns={
        "frequency_hz": _all("Hz", "Freq(Hz)"),
        "impedance_real_ohm": _all("ohm", "Z'(a)"),
        "impedance_imaginary_ohm": _all("ohm", "Z''(b)"),
        "time_s": _all("s", "Time(Sec)"),
    },
    closed=True,
)

CLOCK = "hh:mm:ss"  # a heading without a unit that stands over clock times only
# Maccor, as text from MacTest, MIMS or Maccor Export: volts, amperes, ampere-hours, times as clock or in the unit
# named. Current has no sign beside a state of C, D, R; "Cycle C" counts charges, "Cycle P" the procedure's loops.
MACCOR = Dialect(
    name="maccor",
    signature=(
        ("Cyc#", "Cycle C", "Cycle P"), ("Step",), ("Volts", "Voltage", "Voltage [V]", "Voltage(V)"),
    ),
    columns={
        "time_s": (
            *_all("s", "Test Time (sec)", "Test (Sec)", "TestTime(s)", "Test Time [s]"),
            *_all("min", "Test Time (min)", "Test (Min)"), *_all("h", "Test Time (hr)", "Test (Hr)", "Test (Hour)"),
            *_all(CLOCK, "Test Time"),
        ),
        "step_time_s": (
            *_all("s", "Step Time (sec)", "Step (Sec)", "StepTime(s)", "Step Time [s]"),
            *_all("min", "Step Time (min)", "Step (Min)"), *_all("h", "Step Time (hr)", "Step (Hr)", "Step (Hour)"),
            *_all(CLOCK, "Step Time"),
        ),
        "date_time": _all("1", "DPt Time"),
        "voltage_v": _all("V", "Volts", "Voltage"),
        "current_a": _all("A", "Amps", "Current"),
        "capacity_c": _all("Ah", "Amp-hr", "Capacity", "Cap. [Ah]"),
        "cycle_index": _all("1", "Cyc#", "Cycle C", "Cycle P"),
        "step_index": _all("1", "Step"),
        "temperature_k": _all("degC", "Temp 1"),
    },
)  # fmt: skip

# LAND (LANHE, Landt Instruments) CT series, as text or workbook from LANDdt: every heading but the counters and the
# clock carries its unit ("Voltage/V"); headings in English or Chinese.
LANDT = Dialect(
    name="landt",
    signature=(
        ("Record", "记录序号", "记录"), ("SysTime", "系统时间"),
        ("Cycle-Index", "CycleNo", "Cycle", "循环序号", "循环号"),
    ),
    columns={
        "time_s": _all(CLOCK, "Test Time", "测试时间"),
        "step_time_s": _all(CLOCK, "Step Time", "步骤时间"),
        "date_time": _all("1", "SysTime", "系统时间"),
        "cycle_index": _all("1", "Cycle-Index", "CycleNo", "Cycle", "循环序号", "循环号"),
        "step_index": _all("1", "Step-Index", "StepNo", "Step", "工步序号", "步骤序号"),
    },
)  # fmt: skip

# Novonix UHPC: run time and one capacity that rises with charge and falls with discharge over the test.
NOVONIX = Dialect(
    name="novonix",
    signature=(("Run Time (h)",), ("Potential (V)",), ("Current (A)",), ("Step position",)),
    columns={"time_s": _all("h", "Run Time (h)"), "step_time_s": _all("h", "Step Time (h)")},
)

# BioLogic's EC-Lab and BT-Lab, text and binary: the working electrode against its reference is the voltage. Their
# capacity counters go back to zero in every half-cycle; "Q charge/discharge" has the sign of the current.
ECLAB = Dialect(
    name="ec-lab",
    signature=(("time/s", "freq/Hz"), ("Ewe/V", "<Ewe>/V", "Ecell/V", "-Im(Z)/Ohm")),
    columns={
        "voltage_v": _all("V", "Ewe/V", "Ecell/V", "<Ewe>/V"),
        "current_a": _all("mA", "I/mA", "<I>/mA"),
        "charge_capacity_c": _all("mAh", "Q charge/mA.h"),
        "discharge_capacity_c": _all("mAh", "Q discharge/mA.h"),
        "capacity_c": _all("mAh", "Capacity/mA.h", "Q charge/discharge/mA.h"),
        "cycle_index": _all("1", "cycle number"),
        "step_index": _all("1", "Ns"),
    },
    counter_scope="half cycle",
)

# Gabo and Netzsch Eplexor workbooks: T beside f is the specimen's temperature.
EPLEXOR = Dialect(
    name="eplexor",
    signature=(("F stat.",), ("F dyn.",), ("E'",), ("T",)),
    columns={"temperature_k": _all("degC", "T")},
)

# Tables of infrared spectra as OMNIC, Spectrum and OPUS export them: cm-1 over A or %T.
INFRARED = Dialect(
    name="infrared",
    signature=(("cm-1", "cm^-1", "1/cm", "Wavenumber cm-1", "Wavenumber (cm-1)"), ("A", "Abs", "%T", "%R")),
    columns={
        "wavenumber_per_m": _all("1/cm", "cm-1", "cm^-1", "1/cm", "Wavenumber cm-1", "Wavenumber (cm-1)"),
        "absorbance": _all("1", "A", "Abs"),
        "transmittance_1": _all("%", "%T"),
        "reflectance_1": _all("%", "%R"),
    },
    closed=True,
)

# Avantage and the programs that copy its sheets (KherveFitting): eV and counts, or counts per second, by position.
AVANTAGE = Dialect(
    name="avantage",
    signature=(
        ("Binding Energy (E)", "Binding Energy", "BE"),
        ("Raw Data", "Counts / s", "Counts / s (Residuals x 1)", "Counts"),
    ),
    columns={
        "binding_energy_ev": _all("eV", "Binding Energy (E)", "Binding Energy", "BE"),
        "counts": _all("1", "Raw Data", "Counts"),
        "count_rate_per_s": _all("1/s", "Counts / s", "Counts / s (Residuals x 1)"),
        "transmission": _all("1", "Transmission"),
    },
    closed=True,
)

DIALECTS = (AVANTAGE, ECLAB, BDF, ARBIN, BASYTEC, NOVONIX, MACCOR, LANDT, GAMRY, ZPLOT, EPLEXOR, INFRARED)
COUNTERS = ("charge_capacity_c", "discharge_capacity_c")


def tester_behind(dialect: Dialect, headings: tuple[str, ...]) -> Dialect | None:
    """The tester whose own columns a converted file still carries beside the converted ones."""
    names = frozenset(plain(h) for h in headings)
    return next((d for d in DIALECTS if d is not dialect and dialect.closed and d.fits(names)), None)


def dialect_of(headings: tuple[str, ...]) -> Dialect | None:
    """The dialect whose signature the headings carry; ``None`` for any other table."""
    names = frozenset(plain(h) for h in headings)
    return next((d for d in DIALECTS if d.fits(names)), None)
