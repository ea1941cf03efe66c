from policy.model_api import Array, ParametersAt, Population, as_date


def is_exempt(person: Population, period, exempt: ParametersAt) -> Array:
    joined = person("joined_on", period) < as_date(exempt.joined_before)
    return joined | (person("age", period) < exempt["below_age"])
