"""Country packages: parsed files are kept, parameters at an instant are worked out when asked."""

import os
import pickle
from importlib import import_module
from pathlib import Path

import pytest
from openfisca_core.parameters import ParameterNode
from openfisca_core.taxscales import TaxScaleLike

from policy.legislation import parsed
from policy.legislation.instants import work_out_when_asked
from policy.legislation.legislation import read_package
from policy.legislation.openfisca import config, located

NAME = "openfisca_country_template"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "policy"


@pytest.fixture
def counted(monkeypatch):
    """Count the files that the parser reads."""
    read = []

    class Loader(config.Loader):
        def get_single_data(self):
            read.append(self)
            return super().get_single_data()

    monkeypatch.setattr(config, "Loader", Loader)
    return read


def content(node):
    """Return everything a node at an instant holds."""
    if hasattr(type(node), "add_child"):
        return {name: content(node[name]) for name in node}
    return repr(node) if isinstance(node, TaxScaleLike) else node


def test_files_are_parsed_once(cache, counted):
    first = repr(read_package(NAME).system.parameters)
    files = len(counted)
    assert files > 5
    assert len([*cache.iterdir()]) == 1
    assert repr(read_package(NAME).system.parameters) == first
    assert len(counted) == files


def test_a_file_that_changed_is_parsed_again(cache, tmp_path, counted):
    file = tmp_path / "rate.yaml"

    def read(text, time):
        file.write_text(text)
        os.utime(file, ns=(time, time))
        with parsed.kept_parsed("made_up"), file.open() as stream:
            return config.Loader(stream).get_single_data()

    assert read("rate: 1", 1) == {"rate": 1}
    assert read("rate: 1", 1) == {"rate": 1}
    assert len(counted) == 1
    assert read("rate: 2", 2) == {"rate": 2}
    assert read("rate: 22", 2) == {"rate": 22}
    assert read("rate: 33", 2) == {"rate": 33}
    assert len(counted) == 4


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", pickle.dumps({})])
def test_what_is_kept_may_be_spoilt(cache, counted, rubbish):
    read_package(NAME)
    (file,) = cache.iterdir()
    file.write_bytes(rubbish)
    files = len(counted)
    read_package(NAME)
    assert len(counted) == 2 * files


def test_a_cache_that_cannot_be_written_to_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    assert read_package(NAME).variables


def test_the_parser_is_put_back(cache):
    before = config.Loader
    read_package(NAME)
    assert config.Loader is before


@pytest.mark.parametrize("instant", ["2010-01-01", "2016-12-01", "2024-05-01"])
def test_parameters_are_those_of_openfisca_core(instant):
    package = read_package(NAME)
    tree = ParameterNode("", directory_path=str(package.sources.parameters))
    expected = tree.get_at_instant(instant)
    work_out_when_asked(tree)
    found = tree.get_at_instant(instant)
    assert type(found) is not type(expected)
    assert content(found) == content(expected)


def test_a_parameter_that_is_not_there_is_an_error_as_before():
    at = read_package(NAME).system.get_parameters_at_instant("2024-05-01")
    with pytest.raises(Exception, match=r"taxes\[?.?nothing"):
        _ = at.taxes.nothing
    with pytest.raises(Exception, match=r"taxes\[?.?nothing"):
        _ = at.taxes["nothing"]


def test_a_package_is_known_by_the_metadata_it_is_installed_with():
    package = read_package(NAME)
    expected = import_module(NAME).CountryTaxBenefitSystem()
    assert package.title == expected.get_package_metadata()["name"]
    assert package.system.get_package_metadata() == expected.get_package_metadata()
    for name, variable in expected.variables.items():
        assert package.variable(name).introspection_data == variable.introspection_data


def test_a_package_may_ask_for_its_metadata_while_it_is_built():
    class System(import_module(NAME).CountryTaxBenefitSystem):
        def __init__(self):
            super().__init__()
            self.known = self.get_package_metadata()

    System.__module__ = NAME
    with located(System, Path("somewhere")):
        known = System().known
    expected = System().known
    assert known["location"] == "somewhere"
    assert known.get("version") == expected["version"]
    assert [*known] == [*expected]
    assert len(known) == len(expected)


def test_metadata_of_its_own_are_left():
    class System:
        def get_package_metadata(self):
            return "own"

    with located(System, Path("somewhere")):
        assert System().get_package_metadata() == "own"
    assert System().get_package_metadata() == "own"
