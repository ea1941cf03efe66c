"""The two allowances of May 2024 on ttsim, gettsim's engine; its law is in ``ttsim_law``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ttsim import InputData, MainTarget, OrigPolicyObjects, TTTargets, main
from ttsim.tt import Currency, UnitSystem, register_unit_builder_levels

from tests.benchmarks.families import CHILD, PERIOD, Families
from tests.benchmarks.peers.harness import measured

LAW = Path(__file__).parent / "ttsim_law"
register_unit_builder_levels(["fam"])
SYSTEM = UnitSystem(currencies={"EUR": Currency(statutory_from="2002-01-01")})
TARGETS = ("child_allowance_fam", "large_family_allowance_fam")


def prepare(made: Families):
    """Return what is measured: the entry point as users call it, and its compiled function."""
    months = made.birth_date.astype("M8[M]")
    columns = {
        "p_id": np.arange(len(made.family)),
        "fam_id": made.family,
        "is_child": made.role == CHILD,
        "is_student": made.is_student,
        "birth_month": months.astype(int) + 1970 * 12 + 1,
        "birth_day": (made.birth_date - months.astype("M8[D]")).astype(int) + 1,
    }
    given = {
        "policy_date_str": f"{PERIOD}-01",
        "orig_policy_objects": OrigPolicyObjects.root(LAW),
        "tt_targets": TTTargets.qname(list(TARGETS)),
        "unit_system": SYSTEM,
        "input_data": InputData.qname(columns),
        "include_fail_nodes": False,
        "include_warn_nodes": False,
    }
    first = np.searchsorted(made.family, np.arange(made.count))

    def by_family(found):
        return {name.removesuffix("_fam"): np.asarray(found[name])[first] for name in TARGETS}

    def entry_point():
        target = MainTarget.raw_results.columns_with_internal_p_ids
        return by_family(main(main_target=target, **given))

    targets = [MainTarget.processed_data, MainTarget.tt_function, MainTarget.labels.root_nodes]
    parts = main(main_targets=targets, **given)
    function, needed = parts["tt_function"], parts["labels"]["root_nodes"]
    data = {name: column for name, column in parts["processed_data"].items() if name in needed}
    return {"": entry_point, " (its function alone)": lambda: by_family(function(data))}


if __name__ == "__main__":
    measured("ttsim-backend", prepare)
