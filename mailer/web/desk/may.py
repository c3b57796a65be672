"""What a person may do, as pages ask it."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

SEE = "curation.view_issue"
EDIT = "curation.change_issue"
APPROVE = "curation.approve_issue"
SEND = "mailings.send_issue"
SETTLE = "curation.change_publication"
SEE_READERS = "subscribers.view_subscriber"
ADD_READERS = "subscribers.add_subscriber"
CHANGE_LISTS = "subscribers.change_mailinglist"
SEE_SOURCES = "articles.view_source"
ADD_SOURCE = "articles.add_source"
CHANGE_SOURCE = "articles.change_source"
SEE_PUBLICATION = "curation.view_publication"
SEE_MAILING = "mailings.view_mailing"
FIGURES = "mailings.view_tally"
SEE_TRAIL = "trail.view_act"
SEE_STAFF = "auth.view_user"
CHANGE_STAFF = "auth.change_user"
#: Administrators alone: it names the machines that mail leaves by.
SEE_SETTINGS = "auth.view_group"


@dataclass(frozen=True, slots=True)
class May:
    """The acts a page offers or leaves out; the handlers check the permission themselves."""

    see: bool
    edit: bool
    approve: bool
    send: bool
    settle: bool
    see_readers: bool
    add_readers: bool
    change_lists: bool
    see_figures: bool
    see_trail: bool
    see_staff: bool
    see_settings: bool
    administer: bool


def may(user: User | AnonymousUser) -> May:
    """What `user` may do."""
    return May(
        see=user.has_perm(SEE),
        edit=user.has_perm(EDIT),
        approve=user.has_perm(APPROVE),
        send=user.has_perm(SEND),
        settle=user.has_perm(SETTLE),
        see_readers=user.has_perm(SEE_READERS),
        add_readers=user.has_perm(ADD_READERS),
        change_lists=user.has_perm(CHANGE_LISTS),
        see_figures=user.has_perm(FIGURES),
        see_trail=user.has_perm(SEE_TRAIL),
        see_staff=user.has_perm(SEE_STAFF),
        see_settings=user.has_perm(SEE_SETTINGS),
        administer=bool(user.is_staff),
    )
