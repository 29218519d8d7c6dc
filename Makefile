# Roundup. `make` alone lists what there is.
GO          ?= go
BIN         := bin/roundup
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LINT        := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOFILES     := $(shell git ls-files '*.go' 2>/dev/null)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.PHONY: build
build: tools ## build bin/roundup
	$(GO) build -trimpath -ldflags '-X main.version=$(VERSION)' -o $(BIN) ./cmd/roundup

.PHONY: tools
tools:
	@command -v $(GO) >/dev/null || { echo 'make: Go is needed: https://go.dev/dl/ (Debian: apt-get install golang)'; exit 1; }
	@command -v $$($(GO) env CC) >/dev/null || { echo 'make: a C compiler is needed for SQLite (Debian: apt-get install gcc libc6-dev)'; exit 1; }

.PHONY: tools-web
tools-web: ## install what tests look at the mail with: axe-core, html-validate, a font
	@command -v npm >/dev/null || { echo 'make: npm is needed (Debian: apt-get install nodejs npm)'; exit 1; }
	npm ci --no-audit --no-fund --prefix internal/testing/proof/tools

.PHONY: demo
demo: build ## run the whole weekly job on a sample magazine, offline, in ./roundup-demo
	@$(BIN) demo

# -short leaves out what takes long, which make check runs; -parallel, as some tests wait.
.PHONY: test
test: tools ## run the tests, but for what takes long
	$(GO) test -short -parallel 4 -timeout 30m ./...

# A program with the race detector sleeps a second before it exits, and the commands' tests run
# some two thousand.
.PHONY: race
race: export GORACE = atexit_sleep_ms=50
race: tools ## run the tests with the race detector, but for those of measured
	$(GO) test -race -timeout 45m -skip '^($(UNRACED))$$' $$($(GO) list ./... | grep -v $(PROOF))

.PHONY: cover
cover: tools ## run the tests as make test does, and report what they cover
	$(GO) test -short -parallel 4 -timeout 30m -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | tail -n 1

# What bounds memory or processor time, kills processes for minutes, tries all of something in one
# goroutine, or looks at mails and pages in a browser is tested without the race detector, and so
# are the scripts in which one thing is done after another.
PROOF := internal/testing/proof
UNRACED := TestScripts|TestEveryEndTagIsMissed|TestWhatStaysWhereNotAllFits|TestIssueFitsInEveryLanguage|TestPicturesHaveRoom
UNRACED := $(UNRACED)|TestRoomWithPicturesWithin|TestLargeTemplateHasRoomForFewer|TestRealBouncesUnsubscribeNobody
UNRACED := $(UNRACED)|TestEveryCommandSpeaksJSON|TestQuietShows|TestForgottenLeavesNoBytes|TestFaultsAreProved
UNRACED := $(UNRACED)|TestDocsName.*|TestRowsName.*|TestCommentsName.*|TestRoomsName.*
UNRACED := $(UNRACED)|TestHostileTemplatesTakeLittle|TestHostileMarkupTakesLittle|TestHostileProse|TestHostile
UNRACED := $(UNRACED)|TestPreviewPageIsAccessible|TestPreviewSaysHowItStands|TestWalk
.PHONY: measured
measured: tools
	$(GO) test -timeout 30m ./$(PROOF)
	$(GO) test -timeout 30m -parallel 4 -run '^($(UNRACED))$$' ./cmd/roundup ./internal/desk ./digest/letter ./delivery/inbox ./delivery/reason
	$(GO) test -run '^(TestHundredThousandReaders|TestBombs|TestWorkersKilled|TestSendBesideADatabaseThatDoesNotAnswer)$$' ./cmd/roundup ./delivery/inbox ./digest/feeds

# Every script on PostgreSQL, too: of which the other runs take a few. The race detector has seen
# the same code on SQLite.
.PHONY: scripts-postgres
scripts-postgres: tools ## run all scripts of the commands on PostgreSQL
	$(GO) test -run '^TestScriptsOnPostgres$$' -timeout 20m ./cmd/roundup -every-script

.PHONY: bench
bench: tools ## measure speed and memory
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./...

.PHONY: bench-send
bench-send: tools ## measure sending beside smtp-source and plain go-mail, and its memory
	$(GO) test -run '^$$' -bench 'AgainstPeers|RoundTrips|Memory|Compose' -benchtime 1x -benchmem -timeout 30m ./delivery/...

.PHONY: bench-million
bench-million: tools ## import a million readers and send to all of them, with the program as it is built
	$(GO) test -run '^$$' -bench WholeSend -benchtime 1x -timeout 60m ./cmd/roundup

.PHONY: bench-pages
bench-pages: tools ## measure the readers' pages beside a send to 100,000, with wrk
	$(GO) test -run '^$$' -bench PagesBesideSend -benchtime 1x -timeout 30m ./cmd/roundup

# BENCH_AUDIENCE=10000000 sends the first million of ten; 20 GB of disk, an hour.
.PHONY: bench-work
bench-work: tools ## measure several senders on PostgreSQL, with the program as it is built
	$(GO) test -run '^$$' -bench '^BenchmarkWork$$' -benchtime 1x -timeout 180m ./cmd/roundup

.PHONY: torture
torture: tools ## what takes minutes: kills, disk errors, slow relays (docs/faults.md)
	TORTURE=1 $(GO) test -count=1 -timeout 90m -v -run '^TestTorture' ./cmd/roundup

.PHONY: fuzz
fuzz: tools ## fuzz every parser for a while (FUZZTIME=30s each)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-30s} $$package || exit 1; \
		done; done

.PHONY: fmt
fmt: ## format the code
	gofmt -w $(GOFILES)

.PHONY: lint
lint: tools ## gofmt, vet and golangci-lint
	@test -z "$$(gofmt -l $(GOFILES))" || { echo 'not gofmt-ed:'; gofmt -l $(GOFILES); exit 1; }
	$(GO) vet ./...
	$(GO) run $(LINT) run ./...

.PHONY: docs
docs: tools ## write the generated docs: man pages, completions, configuration reference
	$(GO) test ./cmd/roundup -run '^TestGeneratedDocs$$' -update

.PHONY: check
check: lint race measured scripts-postgres ## everything CI runs; the tests compare the generated docs too
