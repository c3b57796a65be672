# One image for web, workers and beat; docker-compose.yml says which is which.
# A release that refuses line breaks in mail headers (CVE-2026-1299): 3.12.13 or newer.
ARG PYTHON=3.12.13

FROM python:${PYTHON}-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/main.txt requirements/pdf.txt requirements/
RUN /venv/bin/python -m pip install --no-cache-dir --no-compile --require-hashes \
        --only-binary :all: -r requirements/main.txt -r requirements/pdf.txt
COPY locale locale
RUN if ls locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then \
        /venv/bin/python -m babel.messages.frontend compile -D django -d locale; fi \
    && /venv/bin/python -m pip uninstall --quiet --yes pip

FROM python:${PYTHON}-slim
# What prints the PDF edition, and the letters of our three languages.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin mailer \
    && install --directory --owner mailer --group mailer --mode 0700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY worker.py ./
COPY templates templates
COPY mailer mailer
COPY --from=build /app/locale locale
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MAILER_DATA=/data
USER mailer
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "mailer", "doctor"]
