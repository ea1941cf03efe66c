"""Persons, households and tax units; and a short way of writing a variable with one formula."""

from policy.model_api import MONTH, Variable, build_entity

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
Household = build_entity(
    key="household",
    plural="households",
    label="Household",
    containing_entities=["tax_unit"],
    roles=[
        {"key": "parent", "plural": "parents", "subroles": ["first_parent", "second_parent"]},
        {"key": "child", "plural": "children"},
        {"key": "lodger", "plural": "lodgers"},
    ],
)
TaxUnit = build_entity(
    key="tax_unit",
    plural="tax_units",
    label="Tax unit",
    roles=[
        {"key": "declarant", "plural": "declarants", "max": 1},
        {"key": "dependant", "plural": "dependants"},
    ],
)
entities = [Person, Household, TaxUnit]


def formula_of(entity, value_type=float, unit=MONTH, **more):
    """Make a variable of a formula, by the formula's name."""

    def made(formula):
        parts = {"value_type": value_type, "entity": entity, "definition_period": unit, **more}
        names = {"formula": formula, "__module__": formula.__module__, "__doc__": formula.__doc__}
        return type(formula.__name__, (Variable,), parts | names)

    return made
