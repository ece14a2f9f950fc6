"""What scanning electron microscopes write beside a picture: pixel size, voltage, tilt, height of the data bar.

In the TIFF's own tags: FEI and Thermo (34682, 34680: ini text), Zeiss SmartSEM (34118: a name, then "what = value
unit"), TESCAN (50431: ini text among other bytes), ImageJ (the description). In a file beside it: TESCAN (.hdr, ini),
JEOL (.txt, ``$KEY value``), Hitachi (.txt, ini). Layouts as in tifffile, RosettaSciIO and NOMAD's readers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Microscope", "from_sidecar", "from_tags", "tag_text"]

FEI_TAGS, ZEISS_TAG, TESCAN_TAG, DESCRIPTION_TAG, X_RESOLUTION_TAG = (34682, 34680), 34118, 50431, 270, 282
LONGEST = 1 << 20  # characters of a microscope's text; real ones stay below a tenth
# The pixel of anything an electron microscope sees: from a tenth of an atom to a tenth of a millimetre.
PIXELS_M = (1e-12, 1e-4)
LENGTHS = {"pm": 1e-12, "nm": 1e-9, "um": 1e-6, "µm": 1e-6, "μm": 1e-6, "micron": 1e-6, "mm": 1e-3, "cm": 1e-2}
LENGTHS |= {"m": 1.0, "\\u00b5m": 1e-6, "microns": 1e-6}
ZEISS_COLUMNS = 1024  # the unnamed pixel size of SmartSEM is that of a picture of so many columns
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
Ini = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Microscope:
    """What was said of a picture; ``nan``, ``None`` or 0 where nothing was.

    ``pixel_m`` and ``pixel_height_m`` hold for a picture of ``columns`` columns, of which ``rows`` rows are specimen.
    ``bar_rows`` is the height of the data bar. ``place`` says where the pixel size stood, ``said`` what else (SI).
    """

    maker: str
    place: str = ""
    pixel_m: float = math.nan
    pixel_height_m: float = math.nan
    columns: int = 0
    rows: int = 0
    bar_rows: int = 0
    said: Mapping[str, float | str | bool] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def tag_text(value: object) -> str:
    """The text of a tag, whatever the kind it was declared as."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, tuple) and all(isinstance(v, int) and 0 <= v < 256 for v in value):
        value = bytes(value)
    if isinstance(value, bytes):
        value = _decoded(value)
    return value[:LONGEST].replace("\0", "") if isinstance(value, str) else ""


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def from_tags(tags: Mapping[int, object], columns: int) -> Microscope | None:
    """The first of the known makers' tags that says anything; ``None`` where there is none."""
    for tag in FEI_TAGS:
        if "[" in (text := tag_text(tags.get(tag))) and (found := _fei(_ini(text), tag)):
            return found
    if text := tag_text(tags.get(ZEISS_TAG)):
        return _zeiss(text, columns)
    if "PixelSizeX" in (text := tag_text(tags.get(TESCAN_TAG))):
        return _tescan(_ini(text), f"tag {TESCAN_TAG}")
    if (text := tag_text(tags.get(DESCRIPTION_TAG))).startswith("ImageJ="):
        return _imagej(text, tags.get(X_RESOLUTION_TAG))
    return None


def from_sidecar(raw: bytes, name: str) -> Microscope | None:
    """What the file ``name`` beside a picture says; ``None`` where it is no microscope's."""
    text = _decoded(raw[:LONGEST])
    if re.search(r"^\$CM_", text, re.M):
        return _jeol(text, name)
    ini = _ini(text)
    if "semimagefile" in ini:
        return _hitachi(ini["semimagefile"], name)
    return _tescan(ini, name) if any("pixelsizex" in section for section in ini.values()) else None


def _ini(text: str) -> Ini:
    """Sections and keys in lower case; the first of two alike stands. Lines of another kind are passed over."""
    found: Ini = {"": {}}
    section = found[""]
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = found.setdefault(line[1:-1].strip().lower(), {})
        elif "=" in line:
            key, _, value = line.partition("=")
            section.setdefault(re.sub(r"^.*[^\w ]", "", key).strip().lower(), value.strip())
    return found


def _number(text: str | None) -> float:
    found = re.match(rf"\s*({_NUMBER})", text or "")
    value = float(found[1]) if found else math.nan
    return value if math.isfinite(value) else math.nan


def _count(text: str | None) -> int:
    value = _number(text)
    return int(value) if 0 < value < 1e6 else 0


def _pixel(value: float) -> float:
    return value if PIXELS_M[0] <= value <= PIXELS_M[1] else math.nan


def _length(text: str, unit: str = "") -> float:
    """``"12.3 nm"`` in m; NaN where it is none. ``unit`` stands for one that is left out."""
    found = re.match(rf"\s*({_NUMBER})\s*([^\s\d]*)", text)
    return float(found[1]) * LENGTHS.get(found[2] or unit, math.nan) if found else math.nan


def _said(**values: float | str | bool) -> dict[str, float | str | bool]:
    """What is known of the values: no NaN, no empty text."""
    return {k: v for k, v in values.items() if v != "" and (isinstance(v, (str, bool)) or math.isfinite(v))}


def _fei(ini: Ini, tag: int) -> Microscope | None:
    def of(section: str, key: str) -> str:
        return ini.get(section, {}).get(key, "")

    beam = of("beam", "beam").lower() or "ebeam"
    scan = next((s for s in (of("beam", "scan").lower(), "scan", "escan") if of(s, "pixelwidth")), "scan")
    if not of(scan, "pixelwidth") and "beam" not in ini and "image" not in ini:
        return None
    corrected = of(beam, "tiltcorrectionison").lower()
    return Microscope(
        "FEI/Thermo",
        f"tag {tag}, PixelWidth",
        _pixel(_number(of(scan, "pixelwidth"))),
        _pixel(_number(of(scan, "pixelheight"))),
        _count(of("image", "resolutionx")),
        _count(of("image", "resolutiony")),
        _count(of("privatefei", "databarheight")),
        _said(
            microscope=of("system", "systemtype"),
            accelerating_voltage_v=_number(of(beam, "hv") or of("beam", "hv")),
            field_width_m=_number(of(beam, "hfw") or of(scan, "horfieldsize")),
            working_distance_m=_number(of(beam, "wd")),
            stage_tilt_rad=_number(of("stage", "staget")),
            detector=of("detectors", "name"),
            **({"tilt_corrected": corrected == "yes"} if corrected else {}),
        ),
    )


def _zeiss(text: str, columns: int) -> Microscope:
    """Lines of names in capitals, each followed by "what = value unit"; numbers without a name stand before."""
    said: dict[str, str] = {}
    unnamed: list[float] = []
    key = ""
    for line in text.splitlines():
        line = line.strip()
        if re.fullmatch(r"[A-Z]{2}_[A-Z0-9_]+", line):
            key = line
        elif key:
            said.setdefault(key, line.partition("=")[2].strip() or line.partition(":")[2].strip())
            key = ""
        elif line and not said:
            unnamed.append(_number(line))
    warnings: tuple[str, ...] = ()
    pixel, place = _pixel(_length(said.get("AP_IMAGE_PIXEL_SIZE", ""))), "AP_IMAGE_PIXEL_SIZE"
    if math.isnan(pixel) and len(unnamed) > 3 and columns:
        pixel, place = _pixel(unnamed[3] * ZEISS_COLUMNS / columns), "the fourth number without a name"
    if math.isnan(pixel):
        pixel, place = _pixel(_length(said.get("AP_PIXEL_SIZE", ""))), "AP_PIXEL_SIZE"
        if not math.isnan(pixel):
            warnings = ("the pixel size is that of the screen (AP_PIXEL_SIZE); that of the stored picture is not said",)
    tilt = said.get("AP_STAGE_AT_T", "")
    corrected = said.get("DP_TILT_CORRN", said.get("DP_TILT_CORRECTION", "")).lower()
    return Microscope(
        "Zeiss", f"tag {ZEISS_TAG}, {place}", pixel, warnings=warnings,
        said=_said(
            accelerating_voltage_v=_number(said.get("AP_ACTUALKV", said.get("AP_MANUALKV"))) * 1e3,
            field_width_m=_length(said.get("AP_WIDTH", "")),
            working_distance_m=_length(said.get("AP_WD", "")),
            stage_tilt_rad=math.radians(_number(tilt)),
            detector=said.get("DP_DETECTOR_CHANNEL", said.get("DP_DETECTOR_TYPE", "")),
            **({"tilt_corrected": corrected == "on"} if corrected else {}),
        ),
    )  # fmt: skip


def _tescan(ini: Ini, place: str) -> Microscope:
    flat: dict[str, str] = {}
    for section in ini.values():
        for key, value in section.items():
            flat.setdefault(key, value)
    return Microscope(
        "TESCAN",
        f"{place}, PixelSizeX",
        _pixel(_number(flat.get("pixelsizex"))),
        _pixel(_number(flat.get("pixelsizey"))),
        bar_rows=_count(flat.get("imagestripsize")),
        said=_said(
            microscope=flat.get("device", ""),
            accelerating_voltage_v=_number(flat.get("acceleratorvoltage", flat.get("hv"))),
            working_distance_m=_number(flat.get("wd")),
            stage_tilt_rad=math.radians(_number(flat.get("stagetilt"))),
            detector=flat.get("detector", ""),
        ),
    )


def _jeol(text: str, place: str) -> Microscope:
    said = {key: value.strip() for key, value in re.findall(r"^\${1,2}(\w+)[ \t]+(\S.*)$", text, re.M)}
    bar = _number(said.get("SM_MICRON_BAR"))
    marker = _length(said.get("SM_MICRON_MARKER", ""))
    size = re.findall(r"\d+", said.get("CM_FULL_SIZE", ""))[:2]
    columns, rows = (_count(s) for s in size) if len(size) == 2 else (0, 0)
    return Microscope(
        "JEOL", f"{place}, SM_MICRON_MARKER over SM_MICRON_BAR", _pixel(marker / bar if bar > 0 else math.nan),
        columns=columns, rows=rows,
        said=_said(
            microscope=said.get("CM_INSTRUMENT", ""),
            accelerating_voltage_v=_number(said.get("CM_ACCEL_VOLT")) * 1e3,
            magnification=_number(said.get("CM_MAG")),
            working_distance_m=_number(said.get("SM_WD")) * 1e-3,
            detector=said.get("CM_SIGNAL", ""),
        ),
    )  # fmt: skip


def _hitachi(said: Mapping[str, str], place: str) -> Microscope:
    size = [_count(s) for s in re.findall(r"\d+", said.get("datasize", ""))[:2]]
    columns, rows = size if len(size) == 2 else (0, 0)
    return Microscope(
        "Hitachi", f"{place}, PixelSize", _pixel(_number(said.get("pixelsize")) * 1e-9), columns=columns, rows=rows,
        said=_said(
            microscope=said.get("instructname", said.get("instrumentname", "")),
            accelerating_voltage_v=_number(said.get("acceleratingvoltage")),
            magnification=_number(said.get("magnification")),
            working_distance_m=_length(said.get("workingdistance", ""), "um"),
            detector=said.get("signalname", ""),
        ),
    )  # fmt: skip


def _imagej(text: str, resolution: object) -> Microscope | None:
    """ImageJ keeps pixels per unit in XResolution, and the unit in the description."""
    unit = re.search(r"^unit=(.+)$", text, re.M)
    try:
        per_unit = float(resolution[0] if isinstance(resolution, tuple) else resolution)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    pixel = _pixel(LENGTHS.get(unit[1].strip(), math.nan) / per_unit) if unit and per_unit > 0 else math.nan
    return None if math.isnan(pixel) else Microscope("ImageJ", "XResolution and unit as ImageJ keeps them", pixel)
