"""A press-review mailer: from feeds to a revue de presse in confirmed inboxes.

The journey, one package per stage:

    articles → curation → editions → mailings → receipts
                                        ↑
                                   subscribers

`docs/journey.md` walks through it.
"""

__version__ = "0.1.0"
