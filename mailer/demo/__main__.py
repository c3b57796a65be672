"""`python -m mailer.demo FEEDS`: the story, told on the console, against a running `mailer up`."""

import os
import sys


def main(feeds: str) -> int:
    """0, or 1 with the reason on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    import django

    django.setup()
    from mailer.demo import story
    from mailer.demo.telling import Telling
    from mailer.errors import MailerError

    telling = Telling()
    telling.say("The demo, on sample newspapers of our own:")
    try:
        told = story.run(feeds, telling)
    except MailerError as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    for line in story.what_to_open(told):
        telling.say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
