"""Which addresses end in one mailbox, whatever is put into them (pure).

For counting only: nobody is taken for somebody else by it, and mail goes to the address as typed.
"""

#: Providers that are one house under several names, and what they leave out of a local part:
#: Gmail's dots (support.google.com/mail/answer/7436150), Proton's dots, hyphens and underscores
#: (proton.me/support/addresses-and-aliases).
_HOUSES = {
    "gmail.com": ("gmail.com", "."),
    "googlemail.com": ("gmail.com", "."),
    "proton.me": ("proton.me", ".-_"),
    "protonmail.com": ("proton.me", ".-_"),
    "pm.me": ("proton.me", ".-_"),
}


def mailbox(key: str) -> str:
    """The mailbox of an address key (address.key): no plus tag, no sign that its house drops."""
    local, _, domain = key.rpartition("@")
    house, dropped = _HOUSES.get(domain, (domain, ""))
    # RFC 5233: what follows the first plus is a detail. A tag alone is no mailbox of its own.
    bare = local.partition("+")[0] or local
    for sign in dropped:
        bare = bare.replace(sign, "")
    return f"{bare or local}@{house}"
