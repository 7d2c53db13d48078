"""`/metrics`, the rules and the dashboard of deploy/monitoring, with the real Prometheus. Grafana is not in Debian: of its
file it is tested that it is JSON and that each query is PromQL over metrics that the daemon shows."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request

import pytest
from conftest import ROOT
from facts import await_fact

PATIENCE_S = 60
MONITORING = ROOT / "deploy/monitoring"
DAEMON = str(pathlib.Path(os.environ.get("SA_TEST_BINARY", ROOT / ".build/debug/streamassembler")))
NAME = re.compile(r"\b(?:streamassembler|process)_[a-z_]+")

pytestmark = pytest.mark.skipif(
    not shutil.which("promtool") or not shutil.which("prometheus"),
    reason="Debian's package prometheus is not installed (.ci/setup test installs it)")


def promtool(*words, text=None):
    done = subprocess.run(
        ["promtool", *words], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=PATIENCE_S, check=False, cwd=MONITORING)
    assert done.returncode == 0, done.stdout
    return done.stdout


def read(url):
    def answer():
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            # Who asks again and again may have to wait.
            if error.code == 429:
                return None
            raise
    return await_fact(url, answer)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """The URL of a daemon whose Redis runs and has one sample."""
    socket = tmp_path_factory.mktemp("metrics") / "redis.sock"
    redis = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(socket.parent)],
        stdout=subprocess.DEVNULL)
    cli = lambda *words: subprocess.run(  # noqa: E731
        ["redis-cli", "-s", str(socket), *words], capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    running = None
    try:
        await_fact("redis-server answers", lambda: cli("PING") == "PONG")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMASSEMBLER_")}
        running = subprocess.Popen(
            [DAEMON, "serve", "--redis", f"unix://{socket}", "--port", "0"], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=kept)
        url = next(match[0] for line in running.stdout if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        t = cli("TIME").split()[0] + "000"
        cli("ZADD", "sa:{a}:top", t, json.dumps({"id": "1", "host": "a", "probe": "top", "t": int(t)}))
        await_fact("the sample", lambda: "streamassembler_samples_emitted_total 1\n" in read(f"{url}/metrics"))
        yield url
    finally:
        if running:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=PATIENCE_S)
        redis.kill()
        redis.wait()


@pytest.fixture(scope="module")
def shown(daemon):
    """Each series' name that the daemon shows."""
    text = read(f"{daemon}/metrics")
    return {line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")}


def expressions():
    """Each query of the dashboard, as Prometheus gets it."""
    dashboard = json.loads((MONITORING / "grafana.json").read_text())
    found = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel["targets"]]
    return [(title, text.replace("$__rate_interval", "1m").replace("$instance", ".*")) for title, text in found]


def test_promtool_has_nothing_against_the_text(daemon):
    assert promtool("check", "metrics", text=read(f"{daemon}/metrics")).strip() == ""


def test_the_rules_are_right_and_fire_where_they_should():
    assert "10 rules found" in promtool("check", "rules", "rules.yml")
    assert "SUCCESS" in promtool("test", "rules", "rules-test.yml")
    promtool("check", "config", "prometheus.yml")


def test_each_alert_is_seen_to_fire():
    alerts = set(re.findall(r"alert: (\w+)", (MONITORING / "rules.yml").read_text()))
    tests = (MONITORING / "rules-test.yml").read_text()
    fired = {name for name, rest in re.findall(r"alertname: (\w+)\n(.*?)(?=- alertname|\Z)", tests, re.S)
             if "exp_labels" in rest}
    assert alerts == fired


def test_what_rules_and_dashboard_name_is_shown(shown):
    dashboard = (MONITORING / "grafana.json").read_text()
    variables = json.loads(dashboard)["templating"]["list"]
    texts = [text for _, text in expressions()] + [variable["query"] for variable in variables]
    texts += re.findall(r"expr: (.*)", (MONITORING / "rules.yml").read_text())
    named = {name for text in texts for name in NAME.findall(text)}
    assert len(named) > 30
    assert named - shown == set()
    panels = json.loads(dashboard)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_prometheus_scrapes_a_daemon_and_evaluates_rules_and_queries(daemon, tmp_path):
    host = daemon.removeprefix("http://")
    config = (MONITORING / "prometheus.yml").read_text()
    assert "127.0.0.1:8080" in config
    # Not every 15 s: a test has other things to do.
    config = re.sub(r"(interval): 15s", r"\1: 1s", config).replace("127.0.0.1:8080", host)
    (tmp_path / "prometheus.yml").write_text(config)
    shutil.copy(MONITORING / "rules.yml", tmp_path)
    log = open(tmp_path / "log", "w+")
    prometheus = subprocess.Popen(
        ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
         "--web.listen-address=127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=log, cwd=tmp_path)
    try:
        def listening():
            assert prometheus.poll() is None, (tmp_path / "log").read_text()
            found = re.search(r'"?Listening on"? address=(127\.0\.0\.1:\d+)', (tmp_path / "log").read_text())
            return found and found[1]
        url = f"http://{await_fact('Prometheus listens', listening)}/api/v1"

        def ask(path, **fields):
            query = "&".join(f"{name}={urllib.request.quote(value)}" for name, value in fields.items())
            try:
                return json.loads(read(f"{url}/{path}?{query}"))["data"]
            except urllib.error.HTTPError as error:
                # Until it is ready, it says so.
                if error.code == 503:
                    return None
                raise AssertionError(f"{path} {fields}: {error.read().decode()}") from error
        value = lambda text: [one["value"][1] for one in (ask("query", query=text) or {"result": []})["result"]]  # noqa: E731
        await_fact("a scrape", lambda: value('up{job="streamassembler"}') == ["1"])
        await_fact("its figures", lambda: value("streamassembler_samples_emitted_total") == ["1"])

        def rules():
            found = [rule for group in (ask("rules") or {"groups": []})["groups"] for rule in group["rules"]]
            return found if len(found) == 10 and all(rule["health"] != "unknown" for rule in found) else None
        rules = await_fact("each rule was evaluated", rules)
        assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
        assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []
        for title, text in expressions():
            assert ask("query", query=text) is not None, title
    finally:
        prometheus.terminate()
        prometheus.wait(PATIENCE_S)
        log.close()
