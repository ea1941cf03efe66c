"""A small book outside the repository: the one that the guide to a new book makes."""

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "new-book.md"
BLOCK = re.compile(r"^```(?:yaml|python)\n# (\S+/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

TABLE = """\
title: Waste fee by who is away
variable: waste_fee
period: 2024-02
scenario:
  persons: {ann: {}, ben: {}}
  households: {lane_1: {members: [ann, ben]}}
rows: {input: is_away, of: ann, values: [false, true]}
columns: {input: period, values: [2023-12, 2024-02]}
explained: [[true, 2024-02]]
"""


@pytest.fixture
def village(tmp_path):
    """Return the folder of the village's book, with a guide and a table beside it."""
    folder = tmp_path / "village-book"
    for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        write(folder / name, text)
    write(folder / "docs" / "village.md", "# The village\n\nWhat is in the book.\n")
    write(folder / "docs" / "tables" / "village" / "waste_fee.yaml", TABLE)
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
