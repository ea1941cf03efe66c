"""Who the Family Benefits Act is about: persons, and the families that children are counted in."""

from policy.model_api import build_entity

Person = build_entity(
    key="person",
    plural="persons",
    label="Person",
    doc="A child, or an adult who raises children.",
    is_person=True,
)

Family = build_entity(
    key="family",
    plural="families",
    label="Family (pere)",
    doc=(
        "The children who are counted together under § 26 of the Family Benefits Act and the adults"
        " who raise them. A child living for equal time with two separated parents belongs to the"
        " family in which it is counted."
    ),
    roles=[
        {
            "key": "parent",
            "plural": "parents",
            "label": "Parent (vanem)",
            "max": 2,
            "doc": "A person raising the children (§ 25): parent, guardian, foster parent, or a"
            " parent's spouse or registered partner.",
        },
        {
            "key": "child",
            "plural": "children",
            "label": "Child (laps)",
            "doc": "A child growing up in the family, or born into it later.",
        },
    ],
)

entities = [Person, Family]
