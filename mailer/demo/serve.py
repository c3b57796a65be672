"""`python -m mailer.demo.serve PORT SINCE`: the sample newspapers on loopback.

SINCE is an ISO 8601 moment with its zone, which the dates count back from.
"""

import hashlib
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mailer.demo.outlets import Site, pages


def server(port: int, since: datetime) -> ThreadingHTTPServer:
    """A server that answers with an ETag, and with 304 to who has the page already."""
    site = Site(f"http://127.0.0.1:{port}", since)
    answers = {
        path: (content_type, text.encode(), f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"')
        for path, (content_type, text) in pages(site).items()
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            content_type, body, etag = answers.get(self.path, ("text/plain", b"", ""))
            known = bool(etag) and self.headers.get("If-None-Match") == etag
            self.send_response(404 if not etag else 304 if known else 200)
            self.send_header("Content-Type", content_type)
            if etag:
                self.send_header("ETag", etag)
            if not known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not known:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the log of the demo is its story."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    server(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])).serve_forever()
