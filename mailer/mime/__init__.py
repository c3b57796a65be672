"""How a mail becomes bytes (pure), written by us: the standard library's folding is at fault.

headers, addresses   one header field, encoded and folded
bodies               one body part, quoted-printable or base64
holes                what differs from one recipient to the next, and how it is encoded there
segments             a message compiled once, then joined for each recipient
message_id, verp     the two names by which a copy is recognised later
relaxed, dkim        what is signed, and the signature
keyring              the files of the keys that sign: the one edge here
"""
