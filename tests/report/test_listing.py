"""The files and the specimens behind a number: what is there, what is lacking, and nothing that breaks the page."""

from __future__ import annotations

from byssus.report.listing import files_listed, specimens_listed
from byssus.report.rows import Number

FILE = {"path": "raw/a <b>.csv", "rows": 12, "reader": "zwick", "sha256": "ab12"}


def test_files_with_rows_reader_and_sum() -> None:
    assert files_listed([FILE, {"path": None}]) == (
        "<div><code>raw/a &lt;b&gt;.csv</code>, 12 rows, read by zwick<br>"
        '<span class="soft">SHA-256</span> <code>ab12</code></div>\n'
        "<div><code>None</code>, ? rows, read by ?<br>"
        '<span class="soft">SHA-256</span> <code></code></div>\n'
    )
    assert files_listed([]) == ""


def test_specimens_with_value_and_reason() -> None:
    good = Number(0, {"at": {"specimen": "1"}, "inputs": [FILE]}, "MPa", "160", "<2")
    bad = Number(1, {"at": {"specimen": "<2>"}, "status": "failed", "remarks": ["cut & torn", "again"]}, "1", "failed")
    warned = Number(2, {"at": {"specimen": "3"}, "status": "warned"}, "1", "0.5")
    assert specimens_listed((good, bad, warned)) == (
        '<li>1: 160 ± &lt;2 MPa <span class="soft">from <code>raw/a &lt;b&gt;.csv</code></span></li>'
        "<li>&lt;2&gt;: failed (failed: cut &amp; torn; again)</li>"
        "<li>3: 0.5 (with a warning)</li>"
    )
