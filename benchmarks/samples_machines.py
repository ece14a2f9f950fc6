"""Small whole files of testing machines and of an indenter's text: one specimen, or several in one file."""

from __future__ import annotations

__all__ = ["anton_paar", "bluehill", "bluehill_raw", "machine_files", "pull", "trapezium_below", "trapezium_beside"]
__all__ += ["walter_bai"]

Row = tuple[float, float, float]
SPECIMENS = 3


def pull(specimen: int = 1) -> list[Row]:
    """Time s, force N, displacement mm of one specimen; the later ones are stronger and break earlier."""
    rows = [(n / 10, round(specimen * 30 * n / (n + 20), 3), n / 50) for n in range(60 - 5 * specimen)]
    return [*rows, (rows[-1][0] + 0.1, 0.02, rows[-1][2] + 0.02)]


def _quoted(cells: list[str]) -> str:
    return ",".join(f'"{cell}"' if cell else "" for cell in cells)


def trapezium_beside() -> bytes:
    """Three specimens beside one another, Polish headings, decimal commas, the shorter ones padded by empty cells."""
    curves = [pull(k + 1) for k in range(SPECIMENS)]
    lines = [",".join(f'"1 _ {k + 1}",,' for k in range(SPECIMENS))]
    lines += [_quoted(["Czas", "Siła", "Przemieszczenie"] * SPECIMENS), _quoted(["sec", "N", "mm"] * SPECIMENS)]
    for n in range(max(map(len, curves))):
        cells = [str(c).replace(".", ",") for rows in curves for c in (rows[n] if n < len(rows) else ("", "", ""))]
        lines.append(_quoted(cells))
    return ("\r\n".join(lines) + "\r\n").encode("cp1250")


def trapezium_below() -> bytes:
    """Two specimens one below the other, Japanese headings, under a table of their sizes and one of results."""
    lines = ['"試験モード","試験種類"', '"シングル","引張"', "", '"形状:","平板"', '"バッチ数:","1"']
    lines += [
        '"名前","厚さ","幅","標点距離"',
        '"単位","mm","mm","mm"',
        '"1 _ 1","0.05","5","30"',
        '"1 _ 2","0.06","4","30"',
    ]
    lines += [
        "",
        '"名前","最大点_試験力"',
        '"パラメータ","全エリアで計算する"',
        '"単位","N"',
        '"1 _ 1","21.8"',
        '"1 _ 2","42"',
    ]
    lines.append("")
    for k in (1, 2):
        lines += [f'"1 _ {k}"', '"時間","試験力","ストローク"', '"sec","N","mm"']
        lines += [*(_quoted([str(c) for c in row]) for row in pull(k)), ""]
    return ("\r\n".join(lines) + "\r\n").encode("cp932")


def bluehill() -> bytes:
    """Bluehill's results: a table of specimens with their mean, then a table a specimen, in inches and pounds."""
    lines = ['Operator:,"NN"', "", "Results Table 1", ",Width,Thickness,Maximum Load", ",(in),(in),(lbf)"]
    lines += ['1,"0.20000","0.00200","4.9"', '2,"0.19000","0.00210","9.5"', 'Mean,"0.19500","0.00205","7.2"']
    lines += ["", "Results Table 2"]
    for k in (1, 2):
        lines += [",Time,Extension,Load,Tensile stress", ",(s),(in),(lbf),(psi)"]
        lines += [f',"{t:.5f}","{d / 25.4:.6f}","{f / 4.4482216152605:.6f}","{f * 100:.3f}"' for t, f, d in pull(k)]
        lines.append("")
    return ("\r\n".join(lines) + "\r\n").encode()


def bluehill_raw() -> bytes:
    """Bluehill's raw data of one specimen: pairs in groups, a row of names, a row of units, quoted numbers."""
    lines = ['Specimen properties : Specimen label,"PI-1"', 'Specimen properties : Width,"5.00000",mm']
    lines += [
        'Specimen properties : Thickness,"0.05000",mm',
        'Strain : Tensile strain (Extension) gauge length,"30.0",mm',
    ]
    lines += ["", "Time,Extension,Load,Tensile strain (Extension)", "(s),(mm),(kN),(mm/mm)"]
    lines += [f'"{t:.5f}","{d:.5f}","{f / 1000:.8f}","{d / 30:.6f}"' for t, f, d in pull()]
    return ("\r\n".join(lines) + "\r\n").encode()


def walter_bai() -> bytes:
    """German headings with units in brackets, decimal commas, the specimen's sizes above."""
    lines = ["walter+bai DION", "Probenbezeichnung: PI-3", "Probenbreite [mm];5,0", "Probendicke [mm];0,05"]
    lines += ["Messlänge L0 [mm];30,0", "", "Zeit [s];Kraft [kN];Traversenweg [mm];Dehnung [%]"]
    lines += [f"{t:.2f};{f / 1000:.7f};{d:.3f};{d / 0.3:.4f}".replace(".", ",") for t, f, d in pull()]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def anton_paar() -> bytes:
    """Two indents one below the other: words, then ``Time [s]``, ``Pd [nm]``, ``Fn [mN]``."""
    from samples_indents import indent

    lines = ["Instrument\tNHT3", "Poisson's ratio : 0.30", ""]
    for k in (1, 2):
        lines += [f"Measurement {k}", f"HIT (O&P)\t{400 + k}\tMPa", "", "Time [s]\tPd [nm]\tFn [mN]"]
        lines += [*(f"{t:.4f}\t{h:.4f}\t{p / 1000:.6f}" for t, h, p in indent()), ""]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def machine_files() -> dict[str, bytes]:
    """Name -> bytes."""
    return {
        "beside.csv": trapezium_beside(),
        "below.csv": trapezium_below(),
        "bluehill.csv": bluehill(),
        "raw.csv": bluehill_raw(),
        "dion.txt": walter_bai(),
        "indents.ap.txt": anton_paar(),
    }
