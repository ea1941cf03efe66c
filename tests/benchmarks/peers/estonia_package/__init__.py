"""The Estonian book as a country package, for ``openfisca test -c estonia_package``."""

import policy


def CountryTaxBenefitSystem():  # noqa: N802  (the name openfisca-core looks for)
    """Return the system of the book."""
    return policy.load("estonia").system
