"""``policy explain``."""

import json
import re
from pathlib import Path

OF_LIIS = ("child_allowance_of_child", "--for", "liis")


def test_prints_a_tree_from_the_answer_to_the_law(policy_command, family):
    lines = policy_command("explain", family, *OF_LIIS).splitlines()
    assert lines[0] == "Child allowance for the child (liis): 56.77 EUR, PHS § 17, § 26"
    assert any(re.search(r"Share of the month \(liis\): 0\.7097, PHS § 7\(1\)", x) for x in lines)
    rate = r"Child allowance, 1st and 2nd child: 80\.00 EUR/month since 2023-01-01, PHS § 17 \[\d\]"
    assert any(re.search(rate, x) for x in lines)


def test_lists_the_sources_with_links(policy_command, family):
    output = policy_command("explain", family, *OF_LIIS)
    assert re.search(
        r"\n  \[\d\] Act amending the Family Benefits Act, RT I, 11\.01\.2023, 2\n      https://",
        output,
    )


def test_steps_below_the_depth_are_counted(policy_command, family):
    shallow = policy_command("explain", family, *OF_LIIS, "--depth", "1")
    assert re.search(r"Position among the recipient's children \(liis\): .*\(\+ \d+\)", shallow)
    assert "shown with --depth 2 or more" in shallow
    deep = policy_command("explain", family, *OF_LIIS, "--depth", "20")
    assert "(+ " not in deep
    assert "Date of birth (liis): 2024-05-10, PHS § 5" in deep


def test_a_repeated_step_points_to_the_first(policy_command, family):
    deep = policy_command("explain", family, *OF_LIIS, "--depth", "20")
    assert re.search(r"Entitled to child allowance \(liis\): yes, .*, see above", deep)


def test_see_above_is_said_only_where_the_steps_are_shown(policy_command, family):
    assert "see above" not in policy_command("explain", family, *OF_LIIS, "--depth", "1")


def test_says_what_was_assumed(policy_command, family):
    output = policy_command("explain", family, *OF_LIIS)
    assert "Assumed, because the scenario does not say" in output


def test_everything_shows_assumed_facts_in_the_tree(policy_command, family):
    output = policy_command("explain", family, *OF_LIIS, "--everything", "--depth", "20")
    assert "Date of death (liis): 9999-12-31, PHS § 5, not given, assumed" in output


def test_json(policy_command, family):
    answer = json.loads(policy_command("explain", family, *OF_LIIS, "--json"))["answer"]
    assert (answer["name"], answer["id"], answer["value"]) == (OF_LIIS[0], "liis", 56.77)
    assert {"kind", "label", "unit", "period", "section", "source", "references", "steps"} <= set(
        answer
    )


def test_the_only_one_needs_no_id(policy_command, family):
    assert policy_command("explain", family, "child_allowance").startswith(
        "Child allowance (tamm): 136.77 EUR"
    )


def test_one_of_several_must_be_named(policy_command, family):
    output = policy_command("explain", family, OF_LIIS[0], code=2)
    assert (
        output == "there are 3 persons: say which one (--for ID); valid persons: kati, liis, mari\n"
    )


def test_an_unknown_id_suggests_the_nearest(policy_command, family):
    output = policy_command("explain", family, OF_LIIS[0], "--for", "lis", code=2)
    assert output == "'lis' is not one of the persons; did you mean 'liis'?\n"


def test_an_answer_that_the_scenario_gives_says_so(policy_command, family):
    file = Path(family)
    scenario = file.read_text(encoding="utf-8")
    given = scenario.replace(
        "children: [kati, liis]}", "children: [kati, liis], child_allowance: 10}"
    )
    file.write_text(given, encoding="utf-8")
    output = policy_command("explain", family, "child_allowance")
    assert "10.00 EUR, PHS § 17, as the scenario gives it" in output
    assert "is what the scenario gives" in policy_command("calculate", family)


def test_steps_of_another_period_than_the_answer_name_it(policy_command, family):
    output = policy_command("explain", family, "child_allowance", "--period", "2024")
    assert output.startswith("Child allowance (tamm): ")
    assert "\n├── Child allowance (tamm, 2024-05): 136.77 EUR" in output
    assert "Child allowance for the child (liis, 2024-06): 80.00 EUR" in output
    assert "2024-05)" not in policy_command("explain", family, "child_allowance")


def test_an_amount_that_is_not_known_is_told_so(policy_command, family):
    scenario = Path(family)
    scenario.write_text(
        scenario.read_text(encoding="utf-8").replace(
            "families:\n  tamm: {parents: [mari], children: [kati, liis]}",
            "  mart: {birth_date: 2014-09-30}\n"
            "families:\n  tamm: {parents: [mari], children: [kati, liis, mart]}",
        ),
        encoding="utf-8",
    )
    known = ("--period", "2024-06", "--as-known-on", "2023-03-01")
    asked = ("explain", family, "large_family_allowance", *known)
    assert policy_command(*asked).startswith(
        "Allowance for families with many children (tamm): not known, PHS § 21\n"
    )
    assert json.loads(policy_command(*asked, "--json"))["answer"]["value"] == "not known"
    assert "or no act had set it yet." in policy_command("calculate", family, *known)
