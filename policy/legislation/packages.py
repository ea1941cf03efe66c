"""Installed OpenFisca country packages, and what reforms and extensions make of them.

openfisca-core copies the whole system, parameter by parameter, before it applies a reform. Here a
copy of the parameters is made only if something looks into them while the reform is applied.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

from policy.errors import PolicyError, Problem
from policy.legislation.legislation import Legislation, read_package, widen
from policy.legislation.openfisca import InYamlTestReform, ParameterNode
from policy.legislation.systems import sharing


@dataclass(frozen=True)
class Changes:
    """What is done to a country package.

    Attributes:
        reforms: paths of reforms, ``"package.module.reform"``, in the order they are applied.
        extensions: names of extensions, loaded after the reforms.
        parameters: a tree of parameters that takes the place of the package's, as JSON; or empty.

    """

    reforms: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    parameters: str = ""


@dataclass(eq=False)
class Package:
    """A country package and what changes make of it, each built once.

    Attributes:
        name: the package, ``"openfisca_country_template"``.
        float32: keep amounts in openfisca-core's float32.
        extensions: extensions loaded before anything else.
        reforms: reforms applied before anything else.

    """

    name: str
    float32: bool = False
    extensions: tuple[str, ...] = ()
    reforms: tuple[str, ...] = ()
    _laws: dict[Changes, Legislation] = field(default_factory=dict, repr=False)

    def law(self, changes: Changes = Changes()) -> Legislation:
        """Return the law with changes.

        Raises:
            PolicyError: a reform or an extension cannot be applied.

        >>> package = Package("openfisca_country_template")
        >>> reform = "openfisca_country_template.reforms.add_new_tax.add_new_tax"
        >>> "new_tax" in package.law(Changes((reform,))).variables
        True
        >>> "new_tax" in package.law().variables
        False

        """
        if changes not in self._laws:
            self._laws[changes] = self._made(changes)
        return self._laws[changes]

    def _made(self, changes: Changes) -> Legislation:
        if changes == Changes():
            law = read_package(self.name, float32=self.float32)
            own = Changes((), self.extensions)
            return self._changed(self._changed(law, own), Changes(self.reforms))
        return self._changed(self.law(), changes)

    def _changed(self, law: Legislation, changes: Changes) -> Legislation:
        if changes == Changes():
            return law
        system = law.system
        for reform in changes.reforms:
            system = reformed(system, reform)
        if changes.extensions:
            system = _copied(system)
        for extension in changes.extensions:
            _try("extension", extension, lambda name=extension: system.load_extension(name))
        if changes.parameters:
            tree = json.loads(changes.parameters)
            system = _try("parameters", "of the test", lambda: InYamlTestReform(system, tree))
        if not self.float32:
            widen(system)
        return Legislation(law.name, system, law.sources, {}, law.metadata)


class _CopiedWhenUsed(ParameterNode):  # type: ignore[misc]
    """A tree of parameters that becomes a copy of another when something looks into it."""

    def __init__(self, original: Any) -> None:
        self.__dict__["original"] = original

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if "original" not in own or name.startswith("__"):
            raise AttributeError(name)
        own.update(vars(own.pop("original").clone()))
        return getattr(self, name)


def _copied(system: Any) -> Any:
    """Return a copy of a system that can be changed; its parameters are copied when used."""
    made = sharing(system)
    made.variables = {name: copy.copy(each) for name, each in system.variables.items()}
    made.parameters = _CopiedWhenUsed(system.parameters)
    return made


def reformed(system: Any, reform: str) -> Any:
    """Return a system with an OpenFisca reform, ``"package.module.reform"``.

    Raises:
        PolicyError: the reform cannot be applied.

    """
    made = _try("reform", reform, lambda: _copied(system).apply_reform(reform))
    if "original" in vars(made.parameters):  # (nothing looked into them)
        made.parameters = system.parameters
        made._parameters_at_instant_cache = system._parameters_at_instant_cache
    return made


def _try(kind: str, name: str, build: Any) -> Any:
    """Build something; what country packages raise is told in one line."""
    try:
        return build()
    except Exception as error:  # (openfisca-core raises several kinds, packages any)
        last = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise PolicyError(
            Problem(
                f"the {kind} {name} cannot be applied: {last}",
                remedy=f"check the name, and that the {kind} is installed",
            )
        ) from error
