# Targets for people; the work is done by cmd/pxos and by go.
# `make run` and `make test` do all set-up themselves.

export CGO_ENABLED = 0
export GOFLAGS = -buildvcs=false

PXOS = ./pxos
N    ?= 200
SEED ?= 1
FUZZTIME ?= 20s
INPUTS ?= 1000000
COMMANDS ?= 1000000
REQUESTS ?= 10000
MINUTES ?= 10
CALLS ?= 1000000
BACKEND ?= soft
BUILDS ?= 100
KILLS ?= 200
ROUNDS ?= 1000000
PROGRAMS ?= 100000
MUTATIONS ?= 500
STRINGS ?= 100000

.PHONY: all setup build user run test lint fuzz soak corpus demo-model bench-mailbox bench-diagnose bench-pixel bench-pixel-store kill-pixel-store random-pixel fuzz-pixel bench-vm random-vm bench-llm bench-llm-peer train-tiny train-smoke bench-score naturalness fuzz-llm oracle-llm cartridges bench-wgsl bench-persistent conformance-wgsl random-wgsl fuzz-wgsl mailbox-wgsl model-check hostile audit-cheats fuzz-syscalls http-load conformance-go bench-kernel bench-boot docs clean

all: build

# QEMU, GRUB and friends: the host's if good, else from Debian's archive into
# .cache/tools, without root. Silent when nothing is missing.
setup:
	@command -v go >/dev/null || { echo "Go 1.26 or newer is needed: https://go.dev/dl/"; exit 3; }
	@go run ./image/toolchain/cmd/pxos-setup

$(PXOS): FORCE
	@test -x $(PXOS) || echo "building ./pxos; the first time takes a minute or two"
	@go build -o $(PXOS) ./cmd/pxos
FORCE:

build: setup $(PXOS)
	@$(PXOS) build

# The programs of ring 3, the same bytes from the same source.
user:
	@mkdir -p build/user
	@for p in init shell; do GOOS=linux GOARCH=amd64 GOAMD64=v1 GOFLAGS= go build -trimpath -buildvcs=false \
	 -ldflags "-s -w -buildid=" -o build/user/$$p ./user/$$p && ls -l build/user/$$p; done

# The whole story once, live: build, boot, fault, explain, repair, prove, remember.
run: setup $(PXOS)
	@$(PXOS) run

test: setup lint
	PXOS_REQUIRE_TOOLS=1 go test -p 1 -timeout 20m ./...

lint:
	@unformatted=$$(gofmt -l abi architect cmd examples fault hypervisor image kernel llm machine memory models pixel pixelvm pxgpu tests user wasm wgsl); \
	 if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	@go vet ./...

# Every bug of the corpus, without memory of earlier runs and without history.
corpus: setup $(PXOS)
	@rm -f .cache/corpus.db .cache/corpus.db-wal .cache/corpus.db-shm
	@$(PXOS) evolve --corpus tests/corpus --no-history --seed $(SEED) --memory .cache/corpus.db

# A scripted language model: four bad replies that are refused, a good one that
# is proven.
demo-model: setup $(PXOS)
	@mkdir -p build && go build -o build/llm-script ./tests/cmd/llm-script
	@sh tests/llm/demo.sh

bench-mailbox: setup $(PXOS)
	@$(PXOS) bench mailbox

# Power-on to evidence for a triple fault, by -kernel and through GRUB.
bench-diagnose: setup
	@go test -run '^$$' -bench TripleFault -benchtime 10x ./machine

# Chromium, SwiftShader, lavapipe and spirv-val: the host's, else from Debian's
# archive into .cache/peers. Nothing but comparisons needs them.
PEERS = peers=$$(go run ./image/toolchain/cmd/pxos-setup -peers shaders) && eval "$$peers"

# The codec beside gzip, zstd, xz and zpaq: bytes and seconds, both ways. RUN and CODECS
# choose by regular expressions.
bench-pixel: setup
	@peers=$$(go run ./image/toolchain/cmd/pxos-setup -peers codecs) && eval "$$peers" && \
	 go run ./tests/cmd/bench-pixel -run '$(RUN)' -codecs '$(CODECS)'

# The Pixel VM's engines beside wazero, Lua, LuaJIT, gopher-lua, goja and plain Go.
bench-vm:
	@peers=$$(go run ./image/toolchain/cmd/pxos-setup -peers languages) && eval "$$peers" && go run ./tests/cmd/bench-vm

# The folder of llama.cpp's libraries. Nothing but comparisons needs them.
LLAMA = libraries="$(LLAMA_CPP)"; package=@node-llama-cpp/linux-x64; \
	 if [ -z "$$libraries" ]; then libraries=$$PWD/build/llama.cpp/node_modules/$$package/bins/linux-x64; \
	  command -v npm >/dev/null || { echo "set LLAMA_CPP to the folder of llama.cpp's libraries, or install npm"; exit 3; }; \
	  test -d "$$libraries" || npm install --silent --no-audit --no-fund --no-save --prefix build/llama.cpp $$package@3.21.1; fi

# Models of random weights: tokens a second, share of the memory's bandwidth; beside
# llama.cpp's llama-bench where that is on the PATH.
bench-llm:
	@go run ./tests/cmd/bench-llm

# The same beside llama.cpp, of whose libraries LLAMA_CPP names the folder; else npm fetches them.
bench-llm-peer:
	@$(LLAMA) && (cd tests/llmoracle && CGO_ENABLED=0 go build -o ../../build/llama-bench/llama-bench ./cmd/llama-bench) && \
	 PATH="$$PWD/build/llama-bench:$$PATH" LLAMA_CPP="$$libraries" go run ./tests/cmd/bench-llm

# The model that is shipped, from the source of the Go that is here: an hour on two cores.
# It goes on from where it was stopped.
train-tiny: $(PXOS)
	@mkdir -p build/pxlm
	@$(PXOS) llm train "$$(go env GOROOT)/src" --vocabulary 4096 --batch 4 --steps 9000 --warm-up 200 -o build/pxlm/pxlm.gguf --plot models/pxlm-losses.png --json > build/pxlm/training.json.new
	@mv build/pxlm/training.json.new build/pxlm/training.json
	@$(PXOS) llm pack build/pxlm/pxlm.gguf models/pxlm.px.png

# A small training in half a minute, on the network packages: the losses as a picture, held-out
# files, a model that is run.
train-smoke: $(PXOS)
	@$(PXOS) llm train "$$(go env GOROOT)/src/net" --vocabulary 1024 --layers 2 --width 64 --heads 2 --feed-forward 192 --context 256 --batch 4 --steps 1000 --warm-up 50 -o build/smoke/model.gguf --plot build/smoke/losses.png
	@rm -f build/smoke/model.gguf.checkpoint
	@$(PXOS) llm run build/smoke/model.gguf -p 'func (c *conn) Close() error {' -n 32

# What the shipped model says that held-out files cost, beside gzip, zstd and xz.
bench-score:
	@peers=$$(go run ./image/toolchain/cmd/pxos-setup -peers codecs) && eval "$$peers" && go run ./tests/cmd/bench-score

# MUTATIONS mistakes in held-out files: where the changed line comes by surprise, beside a
# 5-gram model.
naturalness:
	@go run ./tests/cmd/naturalness -n $(MUTATIONS) -seed $(SEED)

# INPUTS inputs to every parser of the language model: no panic, no limit passed.
fuzz-llm:
	@set -e; for pkg in $$(go list ./llm/...); do \
	  found=$$(go test -list '^Fuzz' $$pkg); for f in $$(echo "$$found" | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(INPUTS)x -fuzzminimizetime 10x $$pkg; done; done

# What the language model reads, tokens, weights and logits, beside gguf-parser-go, Ollama and
# llama.cpp, on STRINGS texts for each vocabulary. LLAMA_CPP names the folder of llama.cpp's
# libraries; else npm fetches them. It is a module of its own, which fetches some large ones
# the first time, and no part of make test.
oracle-llm:
	@$(LLAMA) && cd tests/llmoracle && STRINGS=$(STRINGS) LLAMA_CPP="$$libraries" PXOS_REQUIRE_TOOLS=1 CGO_ENABLED=0 go test -count 1 -timeout 2h -v .

# PROGRAMS random programs of the Pixel VM on every engine, which must come to the same.
random-vm:
	@go test -count 1 -timeout 0 -run 'RandomPrograms' -v ./pixelvm -args -programs $(PROGRAMS)

# The five cartridges of examples/, into build/cartridges.
cartridges: setup $(PXOS)
	@sh examples/cartridges/build.sh $(PXOS)

# BUILDS builds of the kernel with one change each in a store, beside as many xz files.
bench-pixel-store: setup
	@peers=$$(go run ./image/toolchain/cmd/pxos-setup -peers codecs) && eval "$$peers" && \
	 go run ./tests/cmd/bench-pixel-store -builds $(BUILDS)

# KILLS times kill -9 during puts, collections and imports: nothing acknowledged is lost.
kill-pixel-store:
	@go test -count 1 -timeout 0 -run 'TestKill$$' -v ./pixel/store -args -kills $(KILLS)

# ROUNDS random texts through the codec and back, at every level.
random-pixel:
	@go test -count 1 -timeout 0 -run 'RandomRoundTrips' -v ./pixel/codec -args -rounds $(ROUNDS)

# INPUTS inputs to every parser of the Pixel stack: no panic, no limit passed.
fuzz-pixel:
	@set -e; for pkg in $$(go list ./pixel/... ./pixelvm/... ./hypervisor/...); do \
	  found=$$(go test -list '^Fuzz' $$pkg); for f in $$(echo "$$found" | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(INPUTS)x -fuzzminimizetime 10x $$pkg; done; done

# The soft executor beside SwiftShader, lavapipe and plain Go on one thread.
bench-wgsl:
	@$(PEERS) && go run -tags vulkan ./tests/cmd/bench-wgsl

# Every case of tests/wgsl on every executor, Vulkan on SwiftShader included, and
# in headless Chromium.
conformance-wgsl:
	@$(PEERS) && PXOS_VULKAN=$$PXOS_SWIFTSHADER go run -tags vulkan ./tests/cmd/conformance-wgsl -backends soft,oracle,vulkan

# N random WGSL programs on soft and oracle, which must give the same bits.
random-wgsl:
	@PXOS_RANDOM_WGSL=$(N) go test -count 1 -timeout 0 -run RandomProgramsAgree -v ./tests/wgsl

# INPUTS inputs from the scanner to the executors, without a panic.
fuzz-wgsl:
	@go test -run '^$$' -fuzz '^FuzzRun$$' -fuzztime $(INPUTS)x ./tests/wgsl

# COMMANDS random commands to the mailbox in WGSL and to the model in Go, which must
# leave the same answers and tables: on soft, and on SwiftShader by Vulkan.
mailbox-wgsl:
	@PXOS_MAILBOX_COMMANDS=$(COMMANDS) go test -count 1 -timeout 0 -run AgainstModel -v ./pxgpu/runtime | grep -v '\[rapid\] OK'
	@$(PEERS) && PXOS_VULKAN=$$PXOS_SWIFTSHADER PXOS_MAILBOX_BACKEND=vulkan PXOS_MAILBOX_COMMANDS=$(COMMANDS) \
	 go test -tags vulkan -count 1 -timeout 0 -run AgainstModel -v ./pxgpu/runtime | grep -v '\[rapid\] OK'

# Every state of small models of the rings and of the authority, and bugs seeded in them.
model-check:
	@go run ./tests/cmd/model-check

# The persistent kernel, timed over shared memory, on the executor BACKEND: soft, or
# vulkan, which PXOS_VULKAN may name the driver for.
bench-persistent:
	@PXOS_MAILBOX_BACKEND=$(BACKEND) go test -tags vulkan -run '^$$' -bench . -benchtime 50000x ./pxgpu/runtime

# A hostile guest for MINUTES minutes, beside two that must not notice.
hostile: setup
	@go run ./tests/cmd/hostile -for $(MINUTES)m

# CALLS random system calls with random arguments from ring 3: the kernel stands, the
# audit finds nothing.
fuzz-syscalls: setup
	@PXOS_REQUIRE_TOOLS=1 PXOS_CALLS=$(CALLS) go test -count 1 -timeout 0 -run 'RandomCalls' -v ./tests

# REQUESTS requests to an HTTP server in pxOS through a forwarded port: none is lost.
http-load: setup
	@PXOS_REQUIRE_TOOLS=1 PXOS_REQUESTS=$(REQUESTS) go test -count 1 -timeout 0 -run 'TestServer$$' -v ./tests

# The tests of Go's standard library, in pxOS and here, package by package. It goes on
# where it stopped.
conformance-go: setup
	@go run ./tests/cmd/conformance-go -table docs/conformance-go.md

# What the kernel's services cost in guest instructions, beside Linux in the same QEMU.
bench-kernel: setup
	@go run ./tests/cmd/bench-kernel

# GRUB to init's first line, beside a kernel that does nothing and beside Linux with the
# same init, in turns, on the same machine.
bench-boot: setup
	@go run ./tests/cmd/bench-boot

# The audit on the kernel that cheats, violation by violation.
audit-cheats: setup
	@PXOS_REQUIRE_TOOLS=1 go test -count 1 -run CheatingKernel -v ./tests

# The pages that are written from the code.
docs:
	@go run ./tests/cmd/wgsl-support > docs/wgsl-support.md.new && mv docs/wgsl-support.md.new docs/wgsl-support.md
	@go run ./tests/cmd/pixelvm-page > docs/pixelvm.md.new && mv docs/pixelvm.md.new docs/pixelvm.md
	@go run ./tests/cmd/syscall-support > docs/syscalls.md.new && mv docs/syscalls.md.new docs/syscalls.md

soak: setup $(PXOS)
	@$(PXOS) soak -n $(N)

# Every fuzz target for FUZZTIME.
fuzz:
	@set -e; for pkg in $$(go list ./...); do \
	  found=$$(go test -list '^Fuzz' $$pkg); for f in $$(echo "$$found" | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg; done; done

clean:
	rm -rf build out $(PXOS) .cache/work
