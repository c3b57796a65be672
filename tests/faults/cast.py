"""An approved issue in two languages, twelve readers of whom one is hostile, and a publisher."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.utils import timezone

from mailer.subscribers.links import preferences_url, unsubscribe_url
from mailer.subscribers.models import Subscriber
from mailer.web.roles import PUBLISHER
from tests.mailings.story import approved_issue, readers

READERS = 12
#: What would reach everybody if an address were written as it stands.
_INJECTED = "everybody@example.org"
_EVE = f"eve@example.org>\r\nRCPT TO:<{_INJECTED}"


@dataclass(frozen=True)
class Cast:
    """Ids of the template's rows; they are the same in every copy."""

    issue: int
    #: Whose address no server can be given.
    eve: int
    readers: tuple[int, ...]

    @property
    def injected(self) -> str:
        """What no line to a server may hold."""
        return _INJECTED

    def way_out(self, reader: int) -> str:
        """The path of a reader's one-click link."""
        return "/unsubscribe/" + unsubscribe_url(reader).rpartition("/")[2]

    def preferences(self, reader: int) -> str:
        """The path of a reader's preferences."""
        return "/preferences/" + preferences_url(reader, timezone.now()).rpartition("/")[2]


def assemble() -> Cast:
    """Write them into an empty, migrated database."""
    issue = approved_issue()
    readers(READERS)
    ids = tuple(Subscriber.objects.order_by("pk").values_list("pk", flat=True))
    eve = ids[3]
    Subscriber.objects.filter(pk=eve).update(email=_EVE)
    Subscriber.objects.filter(pk=ids[5]).update(email="amina@مثال.إختبار")
    karim = User.objects.create_user("karim", "karim@example.org")
    karim.groups.add(Group.objects.get(name=PUBLISHER))
    return Cast(issue.pk, eve, ids)
