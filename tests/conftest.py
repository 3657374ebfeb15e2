"""The profile in which the claims are judged: ``pytest --profile ci``."""

import pytest

from claims.profiles import PROFILES


def pytest_addoption(parser):
    parser.addoption(
        "--profile", choices=sorted(PROFILES), default="quick", help="how hard the claims are tried (default: quick)"
    )


@pytest.fixture(scope="session")
def profile(request):
    return PROFILES[request.config.getoption("--profile")]
