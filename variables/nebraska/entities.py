"""Who Nebraska's charges are about: vehicles, and the owners who pay for them."""

from policy.model_api import build_entity

Vehicle = build_entity(
    key="vehicle",
    plural="vehicles",
    label="Vehicle",
    doc="A motor vehicle or trailer that is titled and registered.",
    is_person=True,
)

Owner = build_entity(
    key="owner",
    plural="owners",
    label="Owner",
    doc="Who registers vehicles: a person, a business or another body.",
    roles=[
        {
            "key": "vehicle",
            "plural": "vehicles",
            "label": "Vehicle",
            "doc": "A vehicle of the owner.",
        },
    ],
)

entities = [Vehicle, Owner]
