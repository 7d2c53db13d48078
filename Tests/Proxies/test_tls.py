"""TLS on the daemon's own port, with real clients: python's ssl, curl, python-socketio, openssl and nginx."""

import os
import shutil
import socket
import ssl
import subprocess
import time

import pytest
from playwright.sync_api import expect
from certificates import Authority
from facts import await_fact
from proxies import curl

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
UPGRADE = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13",
           "-H", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def files(authority, tmp_path):
    """The files that a daemon reads; a test may put others in their place."""
    certificate, key = authority.issue("server")
    return copied(certificate, tmp_path / "in-use.pem"), copied(key, tmp_path / "in-use.key")


@pytest.fixture
def tls(serve, files):
    return lambda *options: serve("--tls-cert", str(files[0]), "--tls-key", str(files[1]), *options)


def copied(source, target):
    """Puts a file in another's place at once, as tools that renew certificates do."""
    new = target.with_suffix(".new")
    shutil.copy(source, new)
    os.chmod(new, 0o600)
    os.replace(new, target)
    return target


def context(authority, lowest=ssl.TLSVersion.TLSv1_2, highest=ssl.TLSVersion.TLSv1_3):
    made = ssl.create_default_context(cafile=authority.file)
    if lowest < ssl.TLSVersion.TLSv1_2:
        # Debian's OpenSSL would not even ask for it.
        made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = lowest, highest
    return made


def connect(daemon, made, name="localhost"):
    return made.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port), timeout=30), server_hostname=name)


def get(connection, target="/healthz"):
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received.decode()


def ended(connection):
    """Waits until the daemon has closed it."""
    try:
        while connection.recv(65536):
            pass
    except (ConnectionResetError, ssl.SSLError):
        pass
    connection.close()


@pytest.mark.parametrize("version, name", [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")])
def test_speaks_tls_1_2_and_1_3(tls, authority, version, name):
    daemon = tls()
    assert daemon.url.startswith("https://")
    with connect(daemon, context(authority, version, version)) as connection:
        assert connection.version() == name
        assert get(connection).startswith("HTTP/1.1 200")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_refuses_older_versions(tls, authority, version):
    daemon = tls()
    with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
        connect(daemon, context(authority, version, version))
    await_fact("the refusal is logged", lambda: "failedTLSHandshake" in daemon.said())


def test_plain_http_is_sent_to_https(tls, authority):
    daemon = tls()
    plain = f"http://localhost:{daemon.port}"
    status, headers, _ = curl(f"{plain}/healthz?x=1")
    assert status == "HTTP/1.1 308"
    assert headers["location"] == f"https://localhost:{daemon.port}/healthz?x=1"
    assert "strict-transport-security" not in headers
    done = subprocess.run(["curl", "-sfL", "--max-time", "20", "--cacert", str(authority.file), f"{plain}/healthz"],
                          capture_output=True, text=True)
    assert done.stdout == '{"ok":true}', done.stderr
    status, headers, _ = curl(f"https://localhost:{daemon.port}/healthz")
    assert status == "HTTP/1.1 200" and headers["strict-transport-security"] == "max-age=15552000"


def test_a_browser_that_came_by_http_ends_up_live_on_https(tls, open_page):
    daemon = tls()
    page = open_page(f"http://127.0.0.1:{daemon.port}")
    expect(page.locator(".connection")).to_have_text("Live")
    assert page.url.startswith(daemon.url) and daemon.url.startswith("https://")


@pytest.mark.parametrize("target, options", [
    (HANDSHAKE.replace("polling", "websocket"), UPGRADE), (HANDSHAKE, []), ("/", UPGRADE),
    (HANDSHAKE, ["-X", "POST", "-d", "40"]), ("/", ["--http1.0", "-H", "Host:"]), ("/", ["--http2"])])
def test_what_cannot_follow_a_redirect_is_told_what_is_wrong(tls, target, options):
    daemon = tls()
    status, headers, body = curl(f"http://127.0.0.1:{daemon.port}{target}", *options)
    assert status.endswith(" 426") and '"code":"tls-required"' in body and "https://" in body
    assert headers["upgrade"] == "TLS/1.2"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_socketio_clients_get_the_stream_over_tls(tls, authority, listen, write, transport):
    daemon = tls()
    client = listen(f"https://127.0.0.1:{daemon.port}", transports=(transport,), authority=authority.file)
    host = f"tls-{transport}"
    ids = write(host, 200)
    await_fact("all samples", lambda: len(client.of(host)) >= 200)
    assert sorted(client.of(host)) == sorted(ids) and not client.ends


def test_a_new_certificate_is_taken_and_no_session_is_dropped(tls, files, authority, listen, write):
    daemon = tls()

    def names():
        with connect(daemon, context(authority)) as connection:
            return [name for _, name in connection.getpeercert()["subjectAltName"]]

    client = listen(f"https://127.0.0.1:{daemon.port}", authority=authority.file)
    assert names() == ["localhost", "127.0.0.1"]
    new = authority.issue("renewed", "DNS:localhost,DNS:renewed.example")
    copied(new[1], files[1])
    copied(new[0], files[0])
    await_fact("the new certificate", lambda: names() == ["localhost", "renewed.example"])
    # A key that does not fit, and what is none: the new one stays.
    copied(authority.issue("another")[1], files[1])
    await_fact("it is said", lambda: "is not the key of the certificate" in daemon.said())
    files[0].write_text("none")
    await_fact("it is said", lambda: "holds no certificate" in daemon.said())
    assert names() == ["localhost", "renewed.example"]
    write("tls-renewed", 10)
    await_fact("the session lives", lambda: len(client.of("tls-renewed")) == 10)
    assert not client.ends


def test_client_certificates_are_asked_for_and_may_be_missing(tls, authority, tmp_path):
    daemon = tls("--tls-client-ca", str(authority.file))
    with connect(daemon, context(authority)) as connection:
        assert get(connection).startswith("HTTP/1.1 200")
    trusted = context(authority)
    trusted.load_cert_chain(*authority.issue("client", "DNS:client.example"))
    with connect(daemon, trusted) as connection:
        assert get(connection).startswith("HTTP/1.1 200")
    foreign = context(authority)
    foreign.load_cert_chain(*Authority(tmp_path, "stranger").issue("client", "DNS:client.example"))
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        # With TLS 1.3 a client learns of it by its first read.
        get(connect(daemon, foreign))


def test_nginx_speaks_tls_to_the_daemon(tls, front, authority):
    daemon = tls("--trusted-proxy", "127.0.0.1")
    proxy = front("nginx", text=f"""server {{ listen 127.0.0.1:@PORT@; location / {{
        proxy_pass https://127.0.0.1:{daemon.port}; proxy_ssl_trusted_certificate {authority.file};
        proxy_ssl_verify on; proxy_ssl_name localhost; proxy_ssl_server_name on; proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
        proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Host $http_host; }} }}""")
    url = f"http://127.0.0.1:{proxy.port}"
    assert curl(f"{url}/healthz")[0] == "HTTP/1.1 200"
    assert curl(url + HANDSHAKE)[0] == "HTTP/1.1 200"


def test_a_trusted_proxy_without_tls_is_not_sent_in_a_circle(tls, front):
    daemon = tls("--trusted-proxy", "127.0.0.1")
    proxy = front("nginx", text="server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:%d; } }"
                  % daemon.port)
    status, _, body = curl(f"http://127.0.0.1:{proxy.port}/")
    assert status == "HTTP/1.1 426" and "tls-required" in body


def hello(authority):
    """The first flight of a client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context(authority).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_nobody_holds_a_place_by_a_handshake_that_does_not_end(tls, authority):
    daemon = tls()
    whole = hello(authority)
    waiting = []
    for first in (b"", whole[:1], whole[:5], whole[:-1], whole):
        connection = socket.create_connection(("127.0.0.1", daemon.port), timeout=60)
        connection.sendall(first)
        waiting.append(connection)
    waiting.append(connect(daemon, context(authority)))
    for connection in waiting:
        ended(connection)
    with connect(daemon, context(authority)) as connection:
        assert get(connection).startswith("HTTP/1.1 200")


def test_garbage_ends_its_connection_alone(tls, authority):
    daemon = tls()
    whole = hello(authority)
    honest = connect(daemon, context(authority))
    texts = [b"\x00" * 100, b"\x80\x2e\x01\x03\x01" + b"x" * 60, b"\x16" * 5000, b"\x16\x03\x01\xff\xff" + b"x" * 70_000,
             whole[:40] + b"\xff" * 400, b"\x15\x03\x03\x00\x02\x02\x28", b"\x17\x03\x03\x00\x10" + b"y" * 16,
             whole + b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096).translate(None, bytes(range(0x40, 0x80)) + b"\r\n")]
    for text in texts:
        connection = socket.create_connection(("127.0.0.1", daemon.port), timeout=60)
        try:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        ended(connection)
    assert get(honest).startswith("HTTP/1.1 200")


@pytest.mark.parametrize("name", ["localhost", "no-such.example", "a" * 60 + "." + "b" * 60 + ".example", "127.0.0.1",
                                  "xn--e1afmkfd.example", "UPPER.Example", None])
def test_any_name_of_a_server_gets_the_certificate(tls, authority, name):
    made = context(authority)
    made.check_hostname = False
    with connect(tls(), made, name) as connection:
        assert get(connection).startswith("HTTP/1.1 200")


def test_a_client_cannot_renegotiate(tls, authority):
    daemon = tls()
    client = subprocess.Popen(
        ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{daemon.port}", "-CAfile", str(authority.file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = ""
    while "Verify return code" not in said and (line := client.stdout.readline()):
        said += line
    client.stdin.write("R\n")
    client.stdin.flush()
    said += client.stdout.read()
    client.wait(60)
    assert "RENEGOTIATING" in said
    assert "no renegotiation" in said or "NO_RENEGOTIATION" in said or "error" in said.lower(), said
    with connect(daemon, context(authority)) as connection:
        assert get(connection).startswith("HTTP/1.1 200")


def test_a_thousand_handshakes(tls, authority):
    daemon = tls()
    made = context(authority)
    start = time.monotonic()
    for _ in range(1000):
        connect(daemon, made).close()
    seconds = time.monotonic() - start
    print(f"1000 handshakes one after another: {seconds:.1f} s")
    with connect(daemon, made) as connection:
        metrics = get(connection, "/metrics")
    await_fact("their places are free again", lambda: open_connections(daemon, made) <= 1)
    assert "streamassembler_" in metrics


def open_connections(daemon, made):
    with connect(daemon, made) as connection:
        for line in get(connection, "/metrics").splitlines():
            if line.startswith("streamassembler_connections "):
                return int(float(line.split()[1]))
    raise AssertionError("no such metric")
