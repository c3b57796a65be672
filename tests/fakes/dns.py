"""A name server that knows a handful of domains, and may fall silent."""

import socket
import threading
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

#: Domain → what it has. `gone` is not known here at all.
ZONE: dict[str, list[str]] = {
    "takes.test": ["MX 10 mail.takes.test."],
    "null.test": ["MX 0 ."],
    "web.test": ["A 192.0.2.1"],
    "six.test": ["AAAA 2001:db8::1"],
    "empty.test": [],
    "broken.test": ["SERVFAIL"],
    # The root: who does not know it knows its own house alone.
    "": ["NS a.root-servers.net."],
}


class FakeDns:
    """`address` is what MAILER_DNS takes; `asked` is what came, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.silent = False
        self.knows_the_world = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A word to itself wakes it up: closing a socket does not.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            if not self.silent:
                self._socket.sendto(self._answer(data), sender)

    def _answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).strip(".")
        kind = dns.rdatatype.to_text(question.rdtype)
        if name:
            self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        records = ZONE.get(name) if name or self.knows_the_world else None
        if records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif records == ["SERVFAIL"]:
            answer.set_rcode(dns.rcode.SERVFAIL)
        else:
            own = [one.partition(" ")[2] for one in records if one.startswith(f"{kind} ")]
            if own:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *own))
        return answer.to_wire()
