"""Write the golden files anew."""

import os

import django


def main() -> None:
    """Every part of every language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    django.setup()
    from tests.editions.golden import CODES, FOLDER, parts

    for code in CODES:
        for name, content in parts(code).items():
            (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
