"""Files about persons are their owner's alone, and nothing of one that is not whole is left."""

import os
import stat

import pytest

from policy.errors import PolicyError
from policy.private import made_whole, open_private, written_aside


@pytest.fixture(params=[0o000, 0o022], ids=["all", "group"])
def umask(request):
    """What the user lets others do: everything, or read."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_a_new_file_is_private(tmp_path):
    with open_private(tmp_path / "file") as file:
        file.write(b"private")
    with written_aside(tmp_path / "above" / "folder" / "file") as file:
        file.write(b"private")
    with made_whole(tmp_path / "whole" / "made") as folder:
        (folder / "file").touch()
    assert mode(tmp_path / "file") == mode(tmp_path / "above" / "folder" / "file") == 0o600
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert len(folders) == 4
    assert {mode(path) for path in folders} == {0o700}


@pytest.mark.usefixtures("umask")
def test_a_file_that_others_could_read_is_private_from_then_on(tmp_path):
    (tmp_path / "file").write_text("what was there")
    (tmp_path / ".aside.part").write_text("of a process that was stopped")
    with open_private(tmp_path / "file") as file:
        file.write(b"private")
    with written_aside(tmp_path / "aside") as file:
        file.write(b"private")
    for path in (tmp_path / "file", tmp_path / "aside"):
        assert (mode(path), path.read_bytes()) == (0o600, b"private")


def test_no_link_is_followed(tmp_path):
    other = tmp_path / "of somebody else"
    other.write_text("kept")
    for name in ("file", ".aside.part"):
        (tmp_path / name).symlink_to(other)
    with pytest.raises(OSError, match="file"):
        open_private(tmp_path / "file")
    with written_aside(tmp_path / "aside") as file:
        file.write(b"private")
    assert other.read_text() == "kept"
    assert (tmp_path / "aside").read_bytes() == b"private"
    assert not (tmp_path / "aside").is_symlink()


def half(path, error):
    """Write half of a file, and stop."""
    with written_aside(path) as file:
        file.write(b"half of it")
        raise error


@pytest.mark.parametrize(
    ("error", "told"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (OSError(28, "No space"), PolicyError)],
)
def test_nothing_is_left_of_what_is_not_whole(tmp_path, error, told):
    path = tmp_path / "file"
    path.write_text("as it was")
    with pytest.raises(told):
        half(path, error)
    assert path.read_text() == "as it was"
    assert [*tmp_path.iterdir()] == [path]
