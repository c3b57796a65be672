"""Salma and Karim, each with a browser that is logged in."""

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
