"""What goes between a page and the daemon, counted as it is on the wire: compressed, with all headers but those of TCP and IP."""

import socket
import threading


class Relay:
    """Passes connections to `port` of its own on to the daemon's; `bytes` counts what came back."""

    def __init__(self, daemon_port):
        self.bytes = 0
        self._daemon_port = daemon_port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                page = self._listener.accept()[0]
                daemon = socket.create_connection(("127.0.0.1", self._daemon_port))
            except OSError:
                return
            for one in (page, daemon):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, target, is_answer in ((page, daemon, False), (daemon, page, True)):
                threading.Thread(target=self._pass, args=(source, target, is_answer), daemon=True).start()

    def _pass(self, source, target, is_answer):
        try:
            while data := source.recv(1 << 16):
                if is_answer:
                    with self._lock:
                        self.bytes += len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            # One side is gone: the other is told.
            for one in (source, target):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
