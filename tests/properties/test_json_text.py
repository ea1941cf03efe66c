"""JSON text gives the same, read fast or strictly, or is left to the strict reader."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.documents import MAX_DEPTH, MAX_NODES, _parse_strictly, parse_document
from policy.errors import PolicyError
from policy.json_text import plain_json

PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"))
NO_CONTROLS = PLAIN.filter(lambda text: not any("\x7f" <= each <= "\x9f" for each in text))
LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**19), 10**19) | NO_CONTROLS | st.floats(width=32)
)
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NO_CONTROLS, inner, max_size=4),
    max_leaves=20,
)


def both(text):
    found = []
    for read in (parse_document, lambda text: _parse_strictly(text, "<text>")):
        try:
            document = read(text)
            found.append((repr(document.data), dict(document.places)))
        except PolicyError as error:
            found.append(str(error))
    return found


@given(DATA, st.booleans(), st.sampled_from([None, 1]))
@example({"a:b": [":", {"c": "http://x"}]}, True, None)
@example({"<<": {"a": 1}}, True, None)
def test_both_readers_give_the_same(data, ascii_only, indent):
    fast, strict = both(json.dumps(data, ensure_ascii=ascii_only, indent=indent))
    assert fast == strict


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '[{"a": ":", "a": "::"}]',
        '{"a": "\\u003a", "a": ""}',
        '{"a": 1e999}',
        '{"a": NaN}',
        '{"a": 1234567890123456789}',
        '{"<<": {"a": 1}}',
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 100_000 + "]" * 100_000,
        "{a: 1}",
        '{"a": 1} {"b": 2}',
        "",
    ],
)
def test_what_is_doubtful_is_read_strictly(text):
    assert plain_json(text, MAX_DEPTH, MAX_NODES) is None


def test_what_is_large_is_left_to_the_strict_reader():
    assert plain_json("[1, 2, 3]", MAX_DEPTH, 4) == [1, 2, 3]
    assert plain_json("[1, 2, 3]", MAX_DEPTH, 3) is None


def test_a_mistake_in_json_says_where():
    document = parse_document('{"persons":\n  {"mari": {}}}')
    assert str(document.where("persons", "mari")) == "<text>:2:4"
