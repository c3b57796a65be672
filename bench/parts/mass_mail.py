"""Django's own way, as mailers use it, in a process of its own: the rival of `bench.send`.

    python -m bench.parts.mass_mail PORT SHEET.json COUNT [USER PASSWORD]

What `django.core.mail.send_mass_mail` does, with an alternative in HTML and headers of one's own:
one EmailMultiAlternatives each, all given to one connection of the SMTP backend. It says `ready`
when Django is loaded, begins when it reads a line, says `done`, and ends with its standard input.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def _messages(pages: list[dict[str, Any]], count: int) -> list[Any]:
    from django.core.mail import EmailMultiAlternatives

    made = []
    for number in range(count):
        page = pages[number % len(pages)]
        link = f"https://review.example/unsubscribe/{number:024x}"
        message = EmailMultiAlternatives(
            page["subject"],
            page["text"].replace("{link}", link),
            "Revue de presse <review@example.org>",
            [f"reader{number}@example.org"],
            headers={
                **page["headers"],
                "List-Unsubscribe": f"<{link}>",
                "Message-ID": f"<{number}@example.org>",
            },
        )
        message.attach_alternative(page["html"].replace("{link}", link), "text/html")
        made.append(message)
    return made


def main() -> None:
    """Wait for the word, then send."""
    port, sheet, count, *login = sys.argv[1:]
    settings.configure(
        EMAIL_HOST="localhost",
        EMAIL_PORT=int(port),
        EMAIL_USE_TLS=bool(login),
        EMAIL_HOST_USER=login[0] if login else "",
        EMAIL_HOST_PASSWORD=login[1] if login else "",
    )
    django.setup()
    from django.core.mail import get_connection

    pages = json.loads(Path(sheet).read_text())["pages"]
    print("ready", flush=True)
    sys.stdin.readline()
    get_connection().send_messages(_messages(pages, int(count)))
    print("done", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
