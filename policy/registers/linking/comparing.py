"""Entries compared by splink: which agree in what, and what it weighs.

The weights are those of the rules, none is trained: two entries weigh the same whatever else stands
in the registers, and the same on every run.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem
from policy.registers.linking.entries import quoted

try:
    from splink import DuckDBAPI, Linker
except ImportError:
    raise PolicyError(
        Problem(
            "splink is needed to link registers", remedy="pip install 'policy-statutes[registers]'"
        )
    ) from None

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from policy.registers.linking.rules import Kind, Level

#: From which likeness on (Jaro and Winkler's) a surname is nearly another, and an address. Given
#: names are not compared by it: Daniel and Danielle are twins, and no typing mistake.
_NEARLY, _NEARLY_ADDRESS = 0.92, 0.9
_TYPO = "damerau_levenshtein({0}_l, {0}_r) <= 1 AND length({0}_l) > 3"
_LIKE = "jaro_winkler_similarity({0}_l, {0}_r) >= {1}"
#: Where one entry does not say what is compared.
_MISSING = {
    "given_names": "given_name_l IS NULL OR given_name_r IS NULL",
    "surname": "surname_l IS NULL OR surname_r IS NULL",
    "birth_date": "birth_date_l IS NULL OR birth_date_r IS NULL",
    "residence": "(address_l IS NULL OR address_r IS NULL)"
    " AND (postcode_l IS NULL OR postcode_r IS NULL)",
    "reference": "reference_l IS NULL OR reference_r IS NULL",
}
_TURNED = (
    "year(birth_date_l) = year(birth_date_r) AND month(birth_date_l) = day(birth_date_r)"
    " AND day(birth_date_l) = month(birth_date_r)"
)
_IN_TWO_PARTS = (
    "CAST(year(birth_date_l) = year(birth_date_r) AS INT)"
    " + CAST(month(birth_date_l) = month(birth_date_r) AS INT)"
    " + CAST(day(birth_date_l) = day(birth_date_r) AS INT) = 2"
)
_POSTCODE_NEARLY = "damerau_levenshtein(postcode_l, postcode_r) <= 1"
#: What each level of a comparison means; the first that holds counts.
_MEANS = {
    ("given_names", "same"): "given_name_l = given_name_r",
    ("given_names", "short"): "list_has_any(given_forms_l, given_forms_r)",
    ("given_names", "nearly"): _TYPO.format("given_name"),
    ("surname", "same"): "surname_l = surname_r",
    ("surname", "nearly"): f"({_TYPO.format('surname')}) OR {_LIKE.format('surname', _NEARLY)}",
    ("birth_date", "same"): "birth_date_l = birth_date_r",
    ("birth_date", "turned"): _TURNED,
    ("birth_date", "in_two_parts"): _IN_TWO_PARTS,
    ("residence", "same"): "address_l = address_r AND postcode_l = postcode_r",
    ("residence", "nearly"): (
        f"(address_l = address_r AND ({_POSTCODE_NEARLY} OR postcode_l IS NULL OR"
        " postcode_r IS NULL)) OR (postcode_l = postcode_r AND house_l = house_r AND"
        f" {_LIKE.format('address', _NEARLY_ADDRESS)})"
    ),
    ("residence", "postcode"): "postcode_l = postcode_r",
    ("reference", "same"): "reference_l = reference_r",
}
_NEEDED = {
    "given_names": ("given_name", "given_forms"),
    "residence": ("address", "postcode", "house"),
}


def compare(connection: duckdb.DuckDBPyConnection, kind: Kind, at_least: float) -> pa.Table:
    """Return the pairs of entries of a kind that weigh at least so much, in their order.

    Args:
        connection: of DuckDB, with the table of the kind.
        kind: what is compared.
        at_least: the least weight, in bits.

    Returns:
        A table with ``left`` and ``right``, the entries' names, ``weight`` in bits, and for each
        thing compared ``THING_level``, its level's name or ``missing``, and ``THING_weight``.

    """
    with _quiet():
        api: Any = DuckDBAPI(connection=connection)
        linker = Linker(
            api.register(kind.name),
            _settings(kind),
            log_level=logging.CRITICAL,
            validate_settings=False,  # (they are the library's own)
        )
        found = linker.inference.predict(threshold_match_weight=at_least, warning_mode="never")
        columns = ['least(entry_l, entry_r) AS "left"', 'greatest(entry_l, entry_r) AS "right"']
        columns += ["match_weight AS weight"]
        for thing, levels in kind.comparisons.items():
            names = [level.name for level in reversed(levels)]
            said = "".join(f" WHEN {number} THEN '{name}'" for number, name in enumerate(names))
            columns.append(f"CASE gamma_{thing}{said} ELSE 'missing' END AS {thing}_level")
            columns.append(f"mw_{thing} AS {thing}_weight")
        listed = ", ".join(columns)
        table = connection.sql(
            f"SELECT {listed} FROM {quoted(found.physical_name)} ORDER BY 1, 2"
        ).to_arrow_table()
        api.delete_tables_created_by_splink_from_db()
    return table


def _settings(kind: Kind) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "entry",
        "probability_two_random_records_match": kind.prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [
            " AND ".join(f"l.{name} = r.{name}" for name in names) for names in kind.blocking
        ],
        "comparisons": [
            {
                "output_column_name": thing,
                "comparison_levels": [
                    {
                        "sql_condition": _MISSING[thing],
                        "is_null_level": True,
                        "label_for_charts": "missing",
                    },
                    *(_level(thing, level) for level in levels),
                ],
            }
            for thing, levels in kind.comparisons.items()
        ],
    }


def _level(thing: str, level: Level) -> dict[str, Any]:
    return {
        "sql_condition": _MEANS.get((thing, level.name), "ELSE"),
        "m_probability": level.m,
        "u_probability": level.u,
        "label_for_charts": level.name,
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep splink from printing: it would tell of tables that nobody asked about."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(StringIO()):
            yield
    finally:
        logger.setLevel(before)
