"""A real Postfix bounces real mail into a real Dovecot box, and the list is cleaned by it.

The two servers are private: their own folders, ports of loopback, started and ended here. They are
Debian's packages, and want root; elsewhere the story is skipped, with a word.
"""

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.utils import timezone

from mailer.mailings import fanout, ledger, send
from mailer.mailings.copies import Copies, Envelopes
from mailer.mailings.models import Mailing
from mailer.receipts import mailbox
from mailer.receipts.models import Receipt
from mailer.smtp.envelope import built
from mailer.web.roles import PUBLISHER
from tests.mailings.story import approved_issue, finish, states, until
from tests.people import reader
from tests.receipts.story import suppressed
from tests.web.staff import at_work, said

_PROGRAMS = ("postfix", "dovecot")
_MISSING = [name for name in _PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin")]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        bool(_MISSING) or os.geteuid() != 0,
        reason="needs root, and Debian's postfix and dovecot-imapd",
    ),
]

AMINA, YOUSSEF, GRACE = "amina@example.net", "youssef@example.net", "grace@example.net"

# Unlisted recipients are taken and bounced later, as a server behind a gateway does it.
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = example.net, bounces.example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/etc/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""
_BOXES = r"""
/^grace@example\.net$/ grace/
/@bounces\.example\.org$/ box/
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
pickup unix n - n 60 1 pickup
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """\
base_dir = {folder}/dovecot
instance_name = returns-{port}
protocols = imap
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/box
first_valid_uid = 1
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/box
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = .
}}
"""


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that the servers' own users may enter."""
    made = Path(tempfile.mkdtemp(prefix="returns-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def postfix(folder: Path) -> Iterator[int]:
    """A Postfix of this test's own; its port."""
    owner, port = pwd.getpwnam("nobody"), _port()
    for name in ("etc", "spool", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    values = {"folder": folder, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (folder / "etc" / "main.cf").write_text(_MAIN.format(**values))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    (folder / "etc" / "boxes").write_text(_BOXES)
    words = ["postfix", "-c", str(folder / "etc")]
    subprocess.run([*words, "start"], check=True, capture_output=True, timeout=60)
    try:
        until(lambda: _answers(port))
        yield port
    finally:
        subprocess.run([*words, "abort"], capture_output=True, timeout=60)


@pytest.fixture
def dovecot(folder: Path, postfix: int) -> Iterator[int]:
    """A Dovecot of this test's own, that serves the bounce box; its port."""
    owner, port = pwd.getpwnam("nobody"), _port()
    values = {"folder": folder, "uid": owner.pw_uid, "gid": owner.pw_gid, "port": port}
    config = folder / "dovecot.conf"
    config.write_text(_DOVECOT.format(**values))
    server = subprocess.Popen(["dovecot", "-F", "-c", str(config)])
    try:
        until(lambda: _answers(port))
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _left_in_doubt(mailing: Mailing, port: int) -> None:
    """A worker hands one mail over and dies before it can write that down."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, 1, worker="w", journal="", now=now)
    assert group is not None
    (one,) = ledger.begin(group, now) or []
    envelope = Envelopes(Copies().of(mailing), now).to(one)
    with smtplib.SMTP("127.0.0.1", port) as relay:
        relay.sendmail(envelope.sender, [envelope.recipient], b"".join(built(envelope).pieces))
    ledger.take_back(group.lease, None, now)


def _settle_in(settings: Any, postfix: int, dovecot: int) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{postfix}"
    settings.MAILER_BOUNCE_DOMAIN = "bounces.example.org"
    settings.IMAP_URL = f"imap://box:secret@127.0.0.1:{dovecot}/INBOX"


def _read_until(count: int) -> None:
    """Visit the box until so many reports were taken."""
    give_up = time.monotonic() + 60
    while Receipt.objects.count() < count:
        assert time.monotonic() < give_up, "nothing came back"
        mailbox.visit()
        time.sleep(0.2)


def test_what_bounces_cleans_the_list_and_corrects_the_sums(
    settings: Any, data: Path, postfix: int, dovecot: int
) -> None:
    _settle_in(settings, postfix, dovecot)
    for address in (AMINA, YOUSSEF, GRACE):
        reader(address)
    mailing = fanout.start(approved_issue().pk, None, timezone.now())
    _left_in_doubt(mailing, postfix)
    finish(mailing)
    send.close()
    assert states(mailing) == {"sent": 2, "uncertain": 1}

    _read_until(2)
    assert suppressed() == {AMINA: "bounce", YOUSSEF: "bounce"}
    assert states(mailing) == {"sent": 3}, "what was in doubt had been sent: it came back"
    assert set(Receipt.objects.values_list("verdict", "proof")) == {("hard", "verp")}

    karim = at_work(PUBLISHER)
    page = said(karim.get(f"/desk/mailings/{mailing.pk}/"))
    assert 'id="came-back"' in page
    assert page.count('<rect class="hard"') == 1, "the chart has a bar"
    assert "example.net" in page
    receipt = Receipt.objects.get(subscriber__email=AMINA)
    person = said(karim.get(f"/desk/subscribers/{receipt.subscriber_id}/"))
    assert f'href="/desk/receipts/{receipt.pk}/"' in person
    assert "Undelivered Mail Returned to Sender" in said(karim.get(f"/desk/receipts/{receipt.pk}/"))
    assert 'class="hard"' in said(karim.get("/desk/receipts/"))

    assert karim.post(f"/desk/receipts/{receipt.pk}/undo/").status_code == 303
    assert suppressed() == {YOUSSEF: "bounce"}


def test_a_reader_leaves_by_the_mail_that_the_unsubscribe_button_writes(
    settings: Any, data: Path, folder: Path, postfix: int, dovecot: int
) -> None:
    _settle_in(settings, postfix, dovecot)
    grace = reader(GRACE)
    mailing = fanout.start(approved_issue().pk, None, timezone.now())
    finish(mailing)
    send.close()
    until(lambda: any((folder / "mail" / "grace" / "new").glob("*")))
    (received,) = (folder / "mail" / "grace" / "new").iterdir()
    mail = message_from_bytes(received.read_bytes(), policy=default)
    mailto = urlsplit(mail["List-Unsubscribe"].rpartition("<")[2].rstrip(">"))

    asks = EmailMessage()
    asks["From"], asks["To"] = "grace.at.home@elsewhere.example", unquote(mailto.path)
    asks["Subject"] = parse_qs(mailto.query)["subject"][0]
    with smtplib.SMTP("127.0.0.1", postfix) as relay:
        relay.send_message(asks)

    _read_until(1)
    assert grace.subscriptions.get().state == "unsubscribed"
    assert Receipt.objects.get().proof == "link"
