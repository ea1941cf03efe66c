"""Who North Lanarkshire's charges and grants are about: persons, and the household of a home."""

from policy.model_api import build_entity

Person = build_entity(
    key="person",
    plural="persons",
    label="Person",
    doc="Somebody who lives in a dwelling, or a child about to be born into it.",
    is_person=True,
)

Household = build_entity(
    key="household",
    plural="households",
    label="Household",
    doc=(
        "A dwelling and those who live in it as their sole or main residence; or a dwelling that"
        " nobody lives in, with its owner."
    ),
    roles=[
        {
            "key": "householder",
            "plural": "householders",
            "label": "Householder",
            "max": 2,
            "doc": "Who is liable for the council tax, and the partner who lives with them: they"
            " claim reductions and grants.",
        },
        {
            "key": "child",
            "plural": "children",
            "label": "Child",
            "doc": "A child or young person for whom a householder is responsible.",
        },
        {
            "key": "other_resident",
            "plural": "other_residents",
            "label": "Other resident",
            "doc": "Anybody else who lives there: a grown-up child, a relative, a lodger.",
        },
        {
            "key": "owner",
            "plural": "owners",
            "label": "Owner",
            "doc": "Who is liable for a dwelling that nobody lives in.",
        },
    ],
)

entities = [Person, Household]
