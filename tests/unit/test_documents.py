"""Documents: plain data, exactly as written, and where it stands."""

import datetime
from pathlib import Path

import pytest

from policy import documents
from policy.documents import parse_document, read_document
from policy.errors import PolicyError


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("+1", 1),
        ("0", 0),
        ("010", "010"),
        ("0x10", "0x10"),
        ("0o7", "0o7"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.50", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        ("1e3", 1000.0),
        ("15%", "15%"),
        ("'15'", "15"),
        ("999999999999999999", 999_999_999_999_999_999),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("n", "n"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01 12:00:00", "2024-05-01 12:00:00"),
        ("2024-05", "2024-05"),
        ("!!str 5", "5"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("{}", {}),
        ("[]", []),
    ],
)
def test_a_scalar_is_read_as_it_is_written(written, value):
    read = parse_document(f"key: {written}").data["key"]
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("key", ["2024-05", "010", "no", "null", "1", "true", "1.0"])
def test_a_key_is_always_text(key):
    assert parse_document(f"{key}: 1").data == {key: 1}


def test_every_key_and_element_has_a_place():
    document = parse_document("a:\n  b: [x, {c: 1}]\nd: 2\n", "file.yaml")
    assert document.places == {
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("a", "b", 0): (2, 7),
        ("a", "b", 1): (2, 10),
        ("a", "b", 1, "c"): (2, 11),
        ("d",): (3, 1),
    }
    assert str(document.where("a", "b", 1, "c")) == "file.yaml:2:11"


def test_a_path_without_a_place_has_that_of_the_nearest_key_around_it():
    document = parse_document("a:\n  b: 1\n", "file.yaml")
    assert str(document.where("a", "b", "x", 3)) == "file.yaml:2:3"
    assert str(document.where("z")) == "file.yaml:1:1"


def test_a_problem_names_file_line_column_and_key():
    document = parse_document("a: [x]", "file.yaml")
    problem = document.problem(("a", 0), "is wrong", "put it right", "some-code")
    assert str(problem) == "file.yaml:1:5: a[0]: is wrong; put it right"
    assert problem.to_dict() == {
        "file": "file.yaml",
        "line": 1,
        "column": 5,
        "key": "a[0]",
        "code": "some-code",
        "message": "is wrong",
        "remedy": "put it right",
    }


def test_aliases_and_merges_stand_for_what_they_name():
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, x: 3}\nd: {x: 4, <<: *a}\n"
    assert parse_document(text).data == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"x": 3, "y": 2},
        "d": {"x": 4, "y": 2},
    }


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.getcwd []", "!!int '1'", "!x 1", "!!set {}"]
)
def test_tags_are_refused(tag):
    with pytest.raises(PolicyError, match=r"the tag .* is not allowed"):
        parse_document(f"a: {tag}")


def test_the_deepest_nesting_read():
    def nested(levels):
        return "[" * levels + "]" * levels

    assert parse_document(nested(documents.MAX_DEPTH)).data
    with pytest.raises(PolicyError, match="nested more than 40 levels deep"):
        parse_document(nested(documents.MAX_DEPTH + 1))


def test_values_are_counted_with_what_aliases_stand_for(monkeypatch):
    monkeypatch.setattr(documents, "MAX_NODES", 10)
    assert parse_document("[1, 2, 3, 4, 5, 6, 7, 8, 9]").data  # nine and the list itself
    with pytest.raises(PolicyError, match="more than 10 values"):
        parse_document("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")
    assert parse_document("[&a [1, 2], *a, *a]").data  # ten
    with pytest.raises(PolicyError, match="more than 10 values"):
        parse_document("[&a [1, 2], *a, *a, 1]")


def test_a_large_text_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    assert parse_document("a: 1234567").data == {"a": 1234567}
    with pytest.raises(PolicyError, match="11 characters; the largest read is 10") as caught:
        parse_document("a: '2345678")  # (not well-formed, which is never found out)
    assert caught.value.problems[0].code == "too-large"


def test_a_file_is_measured_in_bytes(monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "MAX_BYTES", 4)
    (tmp_path / "a.yaml").write_text("õõ", encoding="utf-8")
    assert read_document(tmp_path / "a.yaml").data == "õõ"
    (tmp_path / "a.yaml").write_text("õõa", encoding="utf-8")
    with pytest.raises(PolicyError, match="5 bytes"):
        read_document(tmp_path / "a.yaml")


def test_other_encodings_are_refused_on_their_line(tmp_path):
    (tmp_path / "a.yaml").write_bytes("a: 1\nb: õ\n".encode("latin-1"))
    with pytest.raises(PolicyError, match=r"a\.yaml:2:1: the file is not UTF-8 text"):
        read_document(tmp_path / "a.yaml")


def test_the_place_of_a_character_counts_letters_not_bytes():
    with pytest.raises(PolicyError, match=r"<text>:2:4: the character U\+0000"):
        parse_document("õ: õ\nõ: \0")


def test_dates_stay_text_and_python_dates_do_not_appear():
    data = parse_document("a: 2024-05-01").data
    assert not isinstance(data["a"], datetime.date)


def test_the_name_of_a_file_is_the_one_given(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    assert read_document("a.yaml").file == "a.yaml"
    assert read_document(Path("a.yaml")).file == "a.yaml"
