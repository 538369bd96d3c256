"""Real servers on this machine that take letters and group messages, refuse them, or are slow about it."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

OK = {"errcode": 0, "errmsg": "ok"}


class Inbox:
    """What aiosmtpd was given. `refusals`: {address: answer to RCPT}; `answer`: what it says to DATA.

    `meanwhile`: called while a letter is on the line, before it is answered.
    """

    def __init__(self):
        self.letters, self.refusals, self.answer = [], {}, "250 OK"
        self.meanwhile = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.meanwhile()
        if self.answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=policy.default)
            letter.sent_to, letter.raw = envelope.rcpt_tos, envelope.content
            self.letters.append(letter)
        return self.answer

    @property
    def subjects(self):
        """As a reader shows them: a folded header begins with the space it was folded at."""
        return [letter["Subject"].strip() for letter in self.letters]

    def texts(self):
        return [letter.get_content() for letter in self.letters]


@contextmanager
def smtp_server(inbox=None, **options):
    """`with smtp_server() as inbox:`; inbox.port is where it listens."""
    inbox = inbox or Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0, ready_timeout=60, **options)
    controller.port = free_port()
    controller.start()
    inbox.port = controller.port
    try:
        yield inbox
    finally:
        controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Group:
    """What a robot's group heard. `answers`: given one after the other, the last one again and again.

    `pause`: seconds until a message is heard.
    """

    def __init__(self):
        self.heard, self.paths, self.answers, self.pause = [], [], [(200, OK)], 0

    def take(self, said):
        """Status and body of the answer."""
        time.sleep(self.pause)
        status, answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if status == 200 and answer == OK:
            self.heard.append(said)
        return status, answer

    @property
    def texts(self):
        return [message["text"]["content"] for message in self.heard]


@contextmanager
def webhook_server(context=None, group=None):
    """`with webhook_server() as group:`; group.origin and group.address are where it listens."""
    group = group or Group()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(group))
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme, name = ("https", "localhost") if context else ("http", "127.0.0.1")
    group.origin = f"{scheme}://{name}:{server.server_port}"
    group.address = f"{group.origin}/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield group
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(group):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            group.paths.append(self.path)
            status, answer = group.take(said)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{group.origin}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    return Handler


@contextmanager
def dripping_server(greeting):
    """Says the greeting one byte at a time, each soon enough for a socket's timeout, and takes a minute for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()
        thread = threading.Thread(target=_drip, args=(listener, greeting, over))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _drip(listener, greeting, over):
    listener.settimeout(60)
    line, _ = listener.accept()
    with line:
        for byte in greeting:
            if over.wait(60 / len(greeting)):
                return
            try:
                line.sendall(bytes([byte]))
            except OSError:
                return
