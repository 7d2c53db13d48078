"""Two daemons of one fleet behind a real proxy, TLS on both ways and a token: they are restarted one after the other, get
new certificates, and one is killed. Fifty clients and a page lose nothing, hear nothing twice, and stay logged in."""

import json
import signal
import threading
import time

import pytest
from certificates import Authority
from facts import await_fact
from playwright.sync_api import expect
from proxies import free_port, haproxy_example, nginx_example
from roamers import Roamers
from test_tls import connect, context, copied

CLIENTS = 50
NAMES = "DNS:localhost,IP:127.0.0.1,DNS:monitor.example"
HOST = "rolling"
TOKEN = "a-token-that-both-daemons-know"


class Writer:
    """A sample each 50 ms, with times of their own, until it is ended."""

    def __init__(self, demo):
        self._demo = demo
        self.ids = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._over.wait(0.05):
            t = int(time.time() * 1000)
            name = f"{HOST}:note:{t}"
            if self.ids and self.ids[-1] == name:
                continue
            self._demo.redis("ZADD", f"sa:{{{HOST}}}:note", t, json.dumps(
                {"id": name, "host": HOST, "probe": "note", "t": t, "v": 1}))
            self.ids.append(name)

    def finish(self):
        self._over.set()
        self._thread.join()
        return self.ids

    def end(self):
        self.finish()
        self._demo.redis("DEL", f"sa:{{{HOST}}}:note")

    def said(self):
        return f"wrote {len(self.ids)} samples"


class Pair:
    """Both daemons, each on a port that it keeps."""

    def __init__(self, serve, listen, folder, authority):
        self.authority, self._serve, self._listen = authority, serve, listen
        certificate, key = authority.issue("daemon", NAMES)
        self.files = copied(certificate, folder / "in-use.pem"), copied(key, folder / "in-use.key")
        secret = folder / "token"
        secret.write_text(TOKEN)
        secret.chmod(0o600)
        self._options = ("--tls-cert", str(self.files[0]), "--tls-key", str(self.files[1]), "--token-file", str(secret),
                         "--trusted-proxy", "127.0.0.1", "--drain", "4s")
        self.ports = [free_port(), free_port()]
        self.daemons = [self._start(port) for port in self.ports]

    def _start(self, port):
        return self._serve(*self._options, port=port)

    def epoch(self, place):
        """Of the run that is there now."""
        client = self._listen(f"https://localhost:{self.ports[place]}", authority=self.authority.file, auth={"token": TOKEN})
        return client.metas[0]["epoch"]

    def restart(self, place, how):
        self.daemons[place].process.send_signal(how)
        self.daemons[place].process.wait(30)
        self.daemons[place] = self._start(self.ports[place])

    def renew(self):
        new = self.authority.issue("renewed", f"{NAMES},DNS:renewed.example")
        copied(new[1], self.files[1])
        copied(new[0], self.files[0])
        for daemon in self.daemons:
            def names(daemon=daemon):
                with connect(daemon, context(self.authority)) as connection:
                    return [name for _, name in connection.getpeercert()["subjectAltName"]]
            await_fact("the new certificate", lambda: "renewed.example" in names())  # noqa: B023


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("rolling"))


@pytest.fixture
def pair(serve, listen, tmp_path, authority):
    return Pair(serve, listen, tmp_path, authority)


@pytest.fixture(params=["nginx", "haproxy"])
def proxy(request, pair, ended, tmp_path, certificate, authority):
    """The example of deploy/ before both, with what it says of TLS to the daemons."""
    folder, port = tmp_path / request.param, free_port()
    folder.mkdir()
    if request.param == "nginx":
        return ended(nginx_example(folder, port, certificate, *pair.ports, further=[
            ("http://streamassembler/", "https://streamassembler/"), ("#proxy_ssl_", "proxy_ssl_"),
            ("/etc/ssl/certs/daemons.pem", str(authority.file))]))
    return ended(haproxy_example(
        folder, port, certificate, *pair.ports, words=f" ssl verify required ca-file {authority.file}"))


def test_a_fleet_of_clients_outlives_its_daemons(pair, proxy, demo, ended, certificate, open_page):
    url = f"https://127.0.0.1:{proxy.port}"
    writer = ended(Writer(demo))
    roamers = ended(Roamers(CLIENTS, HOST, url, "monitor/socket.io", certificate, TOKEN))
    all_connected = lambda: all(one.is_connected and one.ids for one in roamers.all)  # noqa: E731
    await_fact("all are connected", all_connected)
    page = open_page(f"{url}/monitor/#token={TOKEN}")
    expect(page.locator(".connection")).to_have_text("Live")

    epochs = [pair.epoch(0), pair.epoch(1)]
    await_fact("each daemon has some of them", lambda: all(map(roamers.of, epochs)))

    # One after the other, and each is used again afterwards.
    for place in (0, 1):
        before = pair.epoch(place)
        pair.restart(place, signal.SIGTERM)
        assert not roamers.of(before)
        await_fact("all are connected", all_connected)
    assert all(one.was_told for one in roamers.all), "somebody was not told that its daemon drains"

    pair.renew()

    pair.restart(0, signal.SIGKILL)
    await_fact("all are connected", all_connected)

    written = writer.finish()
    for one in roamers.all:
        await_fact(f"{one.address} has heard all", lambda: one.ids == written)  # noqa: B023
        assert not one.doubled
    # Who came to another daemon went on there, by marks, and was sent no new state.
    reasons = {reason for one in roamers.all for reason in one.reasons[1:]}
    assert reasons == {"resume"}, roamers.said()
    assert "unauthorized" not in roamers.said()
    expect(page.locator(".connection")).to_have_text("Live")
    expect(page.locator(f'[data-host="{HOST}"]')).to_be_visible()
