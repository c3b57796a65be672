"""`/api/v1/`: what there is."""

from typing import Any

from django.http import HttpRequest

from mailer.web.api.frame import answers


@answers()
def contents(_request: HttpRequest) -> dict[str, Any]:
    """`{login, contents: {name: address}}`; an address has its id in angle brackets."""
    return {
        "login": "/desk/login/",
        "contents": {
            "issue": "/api/v1/issues/<id>",
            "mailing": "/api/v1/mailings/<id>",
            "ledger": "/api/v1/mailings/<id>/ledger",
            "subscriber": "/api/v1/subscribers/<id>",
            "by-address": "/api/v1/subscribers?address=<address>",
        },
    }
