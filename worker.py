"""Celery's entry: `celery -A worker worker`, `celery -A worker beat`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")

import django

django.setup()

from mailer.celery import app  # noqa: E402 - Django must be set up before the app is imported

__all__ = ["app"]
