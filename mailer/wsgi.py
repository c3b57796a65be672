"""The web process's entry: `gunicorn mailer.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
application = get_wsgi_application()
