"""Serves one page with the official browser client, from an origin of its own."""

import http.server
import threading

from conformance import ROOT

PAGE = b'<!doctype html><meta charset="utf-8"><title>client</title><script src="/socket.io.min.js"></script>'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        script = (ROOT / "web/vendor/socket.io.min.js").read_bytes()
        found = {"/": ("text/html", PAGE), "/socket.io.min.js": ("text/javascript", script)}.get(self.path)
        kind, body = found or ("text/plain", b"")
        self.send_response(200 if found else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class PageServer:
    """Listens until it is ended; `origin` is what the browser sends as `Origin`."""

    def __init__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def end(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
