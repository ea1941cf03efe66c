"""policy compile: where its SQL is written."""

ASKED = ("compile", "nebraska", "wheel_tax", "--to", "sql", "--period", "2026-03")


def test_sql_is_written_to_a_file(policy_command, tmp_path):
    target = tmp_path / "wheel_tax.sql"
    assert policy_command(*ASKED, "--output", str(target)) == ""
    assert target.read_text(encoding="utf-8") == policy_command(*ASKED)


def test_a_file_that_cannot_be_written_is_no_fault_of_the_library(policy_command, tmp_path):
    target = tmp_path / "missing" / "wheel_tax.sql"
    said = policy_command(*ASKED, "--output", str(target), code=2)
    assert said == f"{target}: cannot be written: No such file or directory\n"
