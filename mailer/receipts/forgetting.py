"""Reports are forgotten: with their reader, and after their time (a verb).

Who is erased leaves a row without an address, so that the figures stay true; the report itself, and
a server's words that repeat the address, go.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mailer.mailings.meaning import without_addresses
from mailer.receipts.models import Original, Receipt

_log = logging.getLogger(__name__)

#: Reports of one call.
_MOST = 5000


def forget(now: datetime) -> int:
    """Forget what is to be forgotten, some thousand reports at a time; how many. Safe to repeat."""
    over = Q(receipt__subscriber__erased_at__isnull=False)
    if settings.MAILER_KEEP_DELIVERIES:
        limit = now - timedelta(days=settings.MAILER_KEEP_DELIVERIES)
        over |= Q(receipt__received_at__lt=limit)
    with transaction.atomic():
        found = Original.objects.filter(over).select_related("receipt").defer("raw")[:_MOST]
        receipts = [original.receipt for original in found]
        for receipt in receipts:
            receipt.text = without_addresses(receipt.text)
        Receipt.objects.bulk_update(receipts, ["text"], batch_size=500)
        Original.objects.filter(pk__in=[one.pk for one in receipts]).delete()
    if receipts:
        _log.info("%s reports were forgotten", len(receipts))
    return len(receipts)
