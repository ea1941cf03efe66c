"""Loading the library and a book changes nothing for other code in the process."""

import subprocess
import sys

import pytest

CHECK = """\
import yaml

TEXT = "day: 2020-01-01\\nanswer: no\\noctal: 010\\n"
TWICE = "a: 1\\na: 2\\n"
LOADERS = [getattr(yaml, name) for name in dir(yaml) if name.endswith("Loader")]

def reading():
    return [(loader.__name__, yaml.load(TEXT, loader), yaml.load(TWICE, loader))
            for loader in LOADERS if loader is not yaml.BaseLoader]

def constructors():
    return [(loader.__name__, dict(loader.yaml_constructors),
             dict(loader.__dict__.get("yaml_constructors", {{}}))) for loader in LOADERS]

before = reading(), constructors(), yaml.safe_dump({{"a": 1}})
import policy
{action}
after = reading(), constructors(), yaml.safe_dump({{"a": 1}})
assert before == after
print("unchanged")
"""

SITUATION = "{'period': '2017-01', 'person': {'salary': 1000}, 'household': {'adults': ['person']}}"


@pytest.mark.parametrize(
    "action",
    [
        "policy.load('estonia').parameters",
        "policy.load('openfisca_country_template').parameters",
        f"policy.load('openfisca_country_template').calculate({SITUATION}, ['income_tax'])",
    ],
)
def test_yaml_reads_as_before(action):
    code = CHECK.format(action=action)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "unchanged\n", "")


def test_what_others_registered_before_stays():
    code = """\
import yaml
yaml.CLoader.add_constructor("!upper", lambda loader, node: node.value.upper())
import policy
policy.load()
print(yaml.load("[!upper a, 2020-01-01]", yaml.CLoader))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['A', datetime.date(2020, 1, 1)]\n", "")


def test_openfisca_alone_would_change_it():
    """The test above is not empty: this is the change it guards against."""
    action = "import openfisca_core.parameters"
    code = CHECK.format(action=action).replace("import policy\n", "")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "duplicate key" in done.stderr


def test_the_command_line_starts_without_openfisca():
    code = (
        "import sys, policy, policy.cli, policy.testing.plugin\n"
        "print('openfisca_core' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False False\n", "")


def test_openfisca_reads_the_parameters_of_a_package_safely(tmp_path):
    package = tmp_path / "installed" / "unsafe_country"
    (package / "parameters").mkdir(parents=True)
    (package / "parameters" / "rate.yaml").write_text(
        "values:\n  2020-01-01:\n"
        f"    value: !!python/object/apply:os.mkdir ['{tmp_path / 'executed'}']\n"
    )
    (package / "__init__.py").write_text(
        "import os\n"
        "from openfisca_core.entities import build_entity\n"
        "from openfisca_core.taxbenefitsystems import TaxBenefitSystem\n"
        "Person = build_entity('person', 'persons', 'Person', is_person=True)\n"
        "class CountryTaxBenefitSystem(TaxBenefitSystem):\n"
        "    def __init__(self):\n"
        "        super().__init__([Person])\n"
        "        self.load_parameters(os.path.join(os.path.dirname(__file__), 'parameters'))\n"
    )
    code = "import policy\npolicy.load('unsafe_country')\n"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(package.parent)},
    )
    assert done.returncode == 1
    assert "python/object/apply:os.mkdir" in done.stderr
    assert not (tmp_path / "executed").exists()


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_what_openfisca_seldom_uses_is_imported_when_it_is_used():
    code = f"""\
import sys
import policy
policy.load('openfisca_country_template').calculate({SITUATION}, ['income_tax'])
from policy.legislation.openfisca import _SELDOM_USED as seldom
print([name for name in seldom if name in sys.modules])
from openfisca_core import commons, holders, parameters, taxbenefitsystems
print(commons.eval_expression("2000+5"), "numexpr" in sys.modules)
print(holders.holder.psutil.virtual_memory().percent > 0, "psutil" in sys.modules)
print(parameters.parameter_node.tools.indent("a"), "openfisca_core.tools" in sys.modules)
system = taxbenefitsystems.tax_benefit_system
print(system.importlib.metadata.version("numpy") == __import__("numpy").__version__)
import openfisca_core
print(openfisca_core.tools.assert_near(1, 1))
"""
    used = ["2005 True", "True True", "  a True", "True", "None"]
    assert run(code) == ["[]", *used]


def test_others_have_the_modules_themselves():
    code = """\
import psutil
import policy
policy.load()
import dateutil.parser, dpath, importlib.metadata, numexpr, openfisca_core.tools
from openfisca_core import holders
print(holders.holder.psutil is psutil)
for each in (dateutil.parser, dpath, importlib.metadata, numexpr, openfisca_core.tools, psutil):
    print(type(each).__name__, bool(each.__file__))
"""
    assert run(code) == ["True", *["module True"] * 6]


def test_a_process_that_has_begun_long_ago_is_still_looked_through():
    code = "import gc\ngc.collect()\nimport policy\npolicy.load()\nprint(gc.get_freeze_count())"
    assert run(code) == ["0"]
    assert run(code.replace("gc.collect()", "")) != ["0"]
    assert run(code.replace("gc.collect()", "gc.disable()")) == ["0"]
