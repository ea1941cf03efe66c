"""A question to each book, and families of Estonia in files."""

import pytest

import policy
from policy.running.schema import question_of
from tests.running.making import tables_of

PERIODS = {"estonia": "2024-05", "nebraska": "2026-03", "north_lanarkshire": "2025-09"}
ALLOWANCES = ("child_allowance", "large_family_allowance", "child_allowance_of_child")


@pytest.fixture(params=PERIODS)
def question(request):
    """Return all that a book lists, asked of a month."""
    book = policy.load(request.param)
    names = [*book.metadata["outputs"], *_of_persons(book)]
    return question_of(book, names, PERIODS[request.param])


def _of_persons(book):
    return ["child_allowance_of_child"] if book.name == "estonia" else []


@pytest.fixture(scope="session")
def estonia():
    return policy.load("estonia")


@pytest.fixture(scope="session")
def allowances(estonia):
    """Return a question about two allowances and each child's part."""
    return question_of(estonia, ALLOWANCES, "2024-05")


@pytest.fixture(scope="session")
def families(allowances):
    """Return tables of 40 families."""
    return tables_of(allowances, 40)
