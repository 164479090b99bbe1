"""A site of another origin: pages a test writes, served on a port of their own."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any


class Host:
    """Pages by path, each with the headers it is sent with. ``asked`` are the paths that were fetched."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def show(self, path: str, html: str, **headers: str) -> str:
        """Put a page there, and give its address; ``Name_of_header=value``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (html, sent)
        return self.address + path

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                host.asked.append(self.path)
                status = 200 if path in host.pages else 404
                # A browser asks for an icon by itself.
                self.send_response(204 if path == "/favicon.ico" else status)
                html, headers = host.pages.get(path, ("", {}))
                self.send_header("Content-Type", "text/html; charset=utf-8")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def __enter__(self) -> Host:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
