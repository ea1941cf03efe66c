"""Settings of the test suite: the same examples on every run."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "policy",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("policy")
