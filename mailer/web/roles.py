"""The roles of staff and what each may do (pure).

Each role may do what the one before it may. A permission is Django's `app.action_model`; two of
them are ours: `curation.approve_issue` and `mailings.send_issue`.
"""

READER, EDITOR, PUBLISHER, ADMINISTRATOR = "reader", "editor", "publisher", "administrator"

#: The figures of what was sent, and no page on which anything is done.
_READER = ("mailings.view_tally",)
_EDITOR = (
    *_READER,
    "curation.view_issue",
    "curation.change_issue",
    "curation.view_publication",
    "articles.view_source",
    "articles.add_source",
    "articles.change_source",
    "articles.view_article",
    "editions.view_edition",
    "mailings.view_mailing",
)
_PUBLISHER = (
    *_EDITOR,
    "curation.approve_issue",
    "curation.change_publication",
    "mailings.send_issue",
    # Readers' addresses are shown to those who answer for the mailing, not to every editor.
    "subscribers.view_subscriber",
    "subscribers.add_subscriber",
    "subscribers.add_mailinglist",
    "subscribers.change_mailinglist",
    "mailings.view_delivery",
    "trail.view_act",
)
_ADMINISTRATOR = (
    *_PUBLISHER,
    *(f"auth.{action}_user" for action in ("view", "add", "change")),
    "auth.view_group",
    *(
        f"{model}"
        for app, name in (
            ("curation", "publication"),
            ("curation", "section"),
            ("curation", "placement"),
            ("articles", "source"),
            ("subscribers", "mailinglist"),
            ("subscribers", "suppression"),
        )
        for model in (f"{app}.{action}_{name}" for action in ("view", "add", "change", "delete"))
    ),
    "curation.view_item",
    "curation.view_approval",
    "letters.view_letter",
    "subscribers.view_subscription",
    "subscribers.view_consent",
)

#: Role → its permissions, the least first.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    READER: _READER,
    EDITOR: _EDITOR,
    PUBLISHER: _PUBLISHER,
    ADMINISTRATOR: tuple(dict.fromkeys(_ADMINISTRATOR)),
}
