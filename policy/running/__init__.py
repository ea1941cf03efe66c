"""Tables in, tables out: whole registers, in files, worked through in blocks of whole groups."""

from pathlib import Path

from policy.population.tables import library

library("pyarrow", Path("*.parquet"))
