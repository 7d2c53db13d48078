# StreamAssembler: `make run` shows this machine live in a browser, `make test` checks everything.
.POSIX:
SHELL = /bin/sh
.DEFAULT_GOAL = help

BUILD = .build
VENV = .venv
PYTHON = $(VENV)/bin/python
SERVER_SUITES = '(EngineIO|SocketIO|SocketIOServer|JSONBytes|Example)Tests'

.PHONY: help setup setup-tests run release deb build test test-unit fuzz test-web test-clients test-browser test-proxies test-security test-faults conformance example-package test-asan test-tsan coverage lint settings format hooks bench-capacity bench-follow bench-fanout bench-collector bench-page screenshots soak fleet clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## install what building and running need (Debian packages, the page's libraries)
	@.ci/setup run

setup-tests:
	@.ci/setup test

run: setup ## build and show this machine live: prints the dashboard's URL
	@.ci/build-release
	@exec $(BUILD)/release/streamassembler demo $(ARGS)

release: setup ## the programs for other hosts, in .build/release
	@.ci/build-release

deb: release ## Debian packages of both programs, in .build/deb
	@deploy/make-deb $(ARGS)

build: setup ## debug build of everything, tests included
	swift build --build-tests

test: setup-tests ## lint, unit, integration, page, client and browser tests; ends with one line of counts
	@.ci/test all

test-unit: setup ## unit and integration tests (real redis-server)
	@.ci/test swift

fuzz: setup ## inputs that no honest client sends, for codecs and parsers; ARGS='--seconds 600' for more
	@.ci/build-release Fuzz
	@$(BUILD)/release/Fuzz $(ARGS)

test-web: ## the page's model
	@.ci/test web

test-clients: setup-tests ## python-socketio and the official browser client against our server
	@.ci/test clients

test-browser: setup-tests ## headless Chromium on a running demo
	@.ci/test browser

test-proxies: setup-tests ## the daemon and its page behind the real nginx and HAProxy
	@.ci/test proxies

test-security: setup-tests ## attacks by clients, beside honest ones: their p99, and the daemon's memory; ARGS='-k tokens'
	@.ci/build-release streamassembler
	@SA_TEST_BINARY=$(BUILD)/release/streamassembler $(PYTHON) -m pytest -q -s Tests/Security $(ARGS)

test-faults: setup ## Redis killed, stalled, flushed…: no sample missing or doubled; ARGS='--short', '--case 8'
	@.ci/build-release streamassembler FaultSuite
	@$(BUILD)/release/FaultSuite $(ARGS)

conformance: setup ## the Autobahn test suite on our WebSockets; needs Python 2.7
	@.ci/conformance $(ARGS)

example-package: ## a package of its own that uses the Socket.IO library: builds clean without Hummingbird (minutes), and runs
	@.ci/example-package

# Leaks are not looked for: Swift keeps tags inside pointers, and even constants would be taken for lost.
test-asan: setup ## the server's tests under the address sanitizer
	ASAN_OPTIONS=detect_leaks=0 CI=true swift test --sanitize=address --scratch-path $(BUILD)-asan --filter $(SERVER_SUITES)

test-tsan: setup ## the server's tests under the thread sanitizer
	CI=true swift test --sanitize=thread --scratch-path $(BUILD)-tsan --filter $(SERVER_SUITES)

coverage: setup ## the share of each module's lines that the Swift tests reach, at least 80 %; ARGS=--last for the last run's
	@.ci/coverage $(ARGS)

lint: ## swift-format strict, and the rules of the layout
	@.ci/test lint

settings: build ## renew the tables of settings in the READMEs, made from the declarations
	@.ci/settings-tables

format: ## format the Swift sources in place
	swift format --in-place --recursive Package.swift Sources Tests collectors

hooks: ## lint staged files before each commit
	git config core.hooksPath .githooks

bench-follow: setup ## from ZADD to a connected client: how fast, and at what cost; ARGS=--all for everything
	@.ci/build-release streamassembler FollowBenchmark
	@$(BUILD)/release/FollowBenchmark $(ARGS)

bench-collector: setup ## what the collector costs beside top, netstat and ss, and whether its bars are held; ARGS='--seconds 20'
	@.ci/build-release collector
	@python3 Tests/CollectorBenchmark/bench.py $(ARGS)

fleet: setup ## a dashboard of pretended hosts that drift, die and flood as told; ARGS='--hosts 100', ARGS=--help for more
	@.ci/build-release streamassembler
	@SA_TEST_BINARY=$(BUILD)/release/streamassembler python3 Tests/Fleet/fleet.py $(ARGS)

soak: setup ## the daemon's memory under half an hour of accelerated load; ARGS='--minutes 10'
	@.ci/build-release streamassembler Soak
	@$(BUILD)/release/Soak $(ARGS)

bench-fanout: setup ## one event to 100, 1000 and 5000 WebSocket clients, beside a loop of plain writes
	@.ci/build-release FanoutBenchmark
	@$(BUILD)/release/FanoutBenchmark $(ARGS)

bench-capacity: setup-tests ## the window of 100 and 1,000 hosts, and what a fleet costs on the wire, with the bar of each
	@.ci/build-release streamassembler CapacityBenchmark
	@missed=0; \
	$(BUILD)/release/CapacityBenchmark --hosts 100 --unsealed || missed=1; \
	$(BUILD)/release/CapacityBenchmark --hosts 100 --megabytes 120 --held 600 || missed=1; \
	$(BUILD)/release/CapacityBenchmark --hosts 1000 --megabytes 1000 --held 600 || missed=1; \
	SA_TEST_BINARY=$(BUILD)/release/streamassembler $(PYTHON) Tests/FleetBenchmark/wire.py $(ARGS) || missed=1; \
	exit $$missed

bench-page: setup-tests ## what the page costs with one host and with a hundred; ARGS='--seconds 20'
	@.ci/build-release
	@SA_TEST_BINARY=$(BUILD)/release/streamassembler $(PYTHON) Tests/PageBenchmark/bench.py $(ARGS)

screenshots: setup-tests ## pictures of the page on live data, into web/screenshots
	@.ci/build-release
	@SA_TEST_BINARY=$(BUILD)/release/streamassembler $(PYTHON) Tests/PageBenchmark/screenshots.py

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-cov $(VENV) web/vendor
