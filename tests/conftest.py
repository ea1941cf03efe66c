"""Settings of the test suite: the same examples on every run; one session of Spark."""

import shutil

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "policy",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("policy")


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Return a session that plans fast: little is compiled, as there is little data."""
    if shutil.which("java") is None:
        pytest.skip("needs Java, which Spark runs on")
    from pyspark.sql import SparkSession  # noqa: PLC0415 (it takes a while)

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    yield session
    session.stop()
