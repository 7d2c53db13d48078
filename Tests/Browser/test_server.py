"""The page against daemons of its own on the demo's Redis: token, no hosts, restart."""

from playwright.sync_api import expect

TOKEN = "a-token-for-the-browser-test"
# What a browser itself writes to the console when a server is away.
AWAY = (
    "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "WebSocket connection to")


def test_asks_for_the_token_when_the_server_wants_one(open_page, demo, start, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url, "--token-file", str(file))
    page = open_page(daemon.url)
    state = page.locator(".connection")
    expect(state).to_have_text("Refused: token needed")
    page.get_by_label("Token").fill("not-the-right-token")
    page.get_by_role("button", name="Connect").click()
    expect(state).to_have_text("Refused: token needed")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Connect").click()
    expect(state).to_have_text("Live")
    expect(page.get_by_label("Token")).to_be_hidden()
    page.reload()
    expect(state).to_have_text("Live")


def test_takes_the_token_from_the_address_and_out_of_it(open_page, demo, start, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url, "--token-file", str(file))
    page = open_page(f"{daemon.url}/#token={TOKEN}")
    expect(page.locator(".connection")).to_have_text("Live")
    assert "token" not in page.url


def test_says_how_to_add_a_host_while_there_is_none(open_page, demo, start):
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url, "--prefix", "nobody-writes-here")
    page = open_page(daemon.url)
    expect(page.locator(".connection")).to_have_text("Live")
    expect(page.locator(".empty code")).to_contain_text("collector run --redis redis://")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".empty .primary")).not_to_have_text("Copy")


def test_says_why_the_server_does_not_follow_redis(open_page, demo, start):
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url + "?db=999")
    page = open_page(daemon.url)
    expect(page.locator(".connection")).to_contain_text("Redis: no such database")
    expect(page.locator(".empty")).to_contain_text("DB index is out of range")


def test_reconnects_by_itself_when_the_server_comes_back(open_page, demo, start):
    first = start("serve", "--port", "0", "--redis", demo.redis_url)
    page = open_page(first.url, allow=AWAY)
    state = page.locator(".connection")
    expect(state).to_have_text("Live")
    assert first.end() == 0, first.tail()
    expect(state).to_contain_text("Reconnecting")
    start("serve", "--port", first.url.rsplit(":", 1)[1], "--redis", demo.redis_url)
    expect(state).to_have_text("Live", timeout=30_000)
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()


def test_says_which_library_is_missing(open_page, demo):
    page = open_page(demo.url, allow=("ERR_FAILED",), without="**/vendor/d3.min.js")
    expect(page.locator("#app")).to_contain_text("vendor/d3.min.js. Run web/fetch-vendor.sh")
