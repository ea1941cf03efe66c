"""Numbers written as arithmetic."""

import pytest

from policy.testing.arithmetic import number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3 + 1", -2),
        ("1000/3", 1000 / 3),
        ("6.080 + 47.500", 53.58),
        (".027494 * 1000", 27.494),
        ("2 * (3 - 1) / 4", 1),
        ("+1e3", 1000),
    ],
)
def test_is_worked_out(text, number):
    assert number_of(text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "salary",
        "1 +",
        "1 / 0",
        "True",
        "2 ** 3",
        "9" * 2000,
        "(" * 500 + "1" + ")" * 500,
        "__import__('os').getcwd()",
        "[1][0]",
        "1 if 1 else 2",
        "'1' * 3",
        "1j",
        "\0",
    ],
)
def test_is_not_run(text):
    assert number_of(text) is None
