"""What was done to an issue, as the desk says it."""

from django.utils.translation import gettext

from mailer.curation.models import Act, Change
from mailer.errors import N_

_DEEDS = {
    Act.EDIT: N_("changed the words of “%(entry)s”"),
    Act.WORD: N_("changed the editor’s word"),
    Act.MOVE: N_("moved “%(entry)s”"),
    Act.HIDE: N_("left out “%(entry)s”"),
    Act.SHOW: N_("took “%(entry)s” back in"),
    Act.PIN: N_("pinned “%(entry)s”"),
    Act.LOOSEN: N_("loosened “%(entry)s”"),
    Act.ADD: N_("added an entry"),
    Act.REMOVE: N_("removed “%(entry)s”"),
    Act.PICTURE: N_("changed the picture of “%(entry)s”"),
    Act.TAKE: N_("took in what was new"),
}


def told(change: Change) -> str:
    """The deed, its entry isolated from the direction of the words around it."""
    entry = f"\u2068{change.headline}\u2069"
    return gettext(_DEEDS[Act(change.act)]) % {"entry": entry}
