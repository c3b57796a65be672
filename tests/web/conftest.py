"""Salma and Karim, each with a browser that is logged in."""

from typing import Any

import pytest
from django.test import Client

from mailer.web.roles import EDITOR, PUBLISHER
from tests.web.staff import at_work


@pytest.fixture
def salma() -> Client:
    return at_work(EDITOR, "salma")


@pytest.fixture
def karim() -> Client:
    return at_work(PUBLISHER, "karim")


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """A password that costs nothing to check: the real ones take a quarter of a second each."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
