"""A proxy before a real server that fails as real ones do: once for each request, or for good."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

from builder.studio.asking import trusted

# An answer of 502 before or after the request was carried out; the line cut before or after that,
# or with half of the answer sent; the request carried out a while after the line was cut.
Fault = Literal["502 before", "502 after", "cut before", "cut after", "cut within", "late"]
FAULTS: tuple[Fault, ...] = ("502 before", "502 after", "cut before", "cut after", "cut within")
_OWN = {"connection", "transfer-encoding", "content-encoding", "content-length", "date", "server"}
_UNSENT: tuple[Fault, ...] = ("502 before", "cut before", "late")
_LATE_SECONDS = 1.5


class Proxy:
    """Forwards everything to ``target``, but for what ``fault`` says of a request.

    ``fault`` is given the method, the path and how often this very request came before.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.fault: Callable[[str, str, int], Fault | None] = lambda method, path, nth: None
        self.seen: Counter[tuple[str, str, bytes]] = Counter()
        self.faults = 0
        self.late: list[threading.Thread] = []


@contextmanager
def before(target: str) -> Iterator[Proxy]:
    """Yield a proxy that listens on the loopback address."""
    proxy = Proxy(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = (self.command, self.path, body)
            fault = proxy.fault(self.command, self.path, proxy.seen[request])
            proxy.seen[request] += 1
            proxy.faults += fault is not None
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            if fault == "late":
                proxy.late.append(threading.Timer(_LATE_SECONDS, self.forward, [headers, body]))
                proxy.late[-1].start()
            answer = None if fault in _UNSENT else self.forward(headers, body)
            if fault in ("502 before", "502 after"):
                return self.answer(502, {}, b"<h1>502 Bad Gateway</h1>")
            if answer is None or fault == "cut after":
                self.close_connection = True
                return None
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _OWN}
            return self.answer(answer.status_code, kept, answer.content, cut=fault == "cut within")

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def forward(self, headers: dict[str, str], body: bytes) -> httpx.Response:
            url = proxy.target + self.path
            with httpx.Client(timeout=120, verify=trusted(), trust_env=False) as http:
                return http.request(self.command, url, headers=headers, content=body)

        def answer(
            self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection |= cut

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield proxy
        server.shutdown()
        for thread in proxy.late:
            thread.join()
