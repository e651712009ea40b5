# make demo    shows Coffer at work on a real file
# make test    builds and tests everything
# make help    lists the rest
#
# Both install what is missing on a fresh Debian or Ubuntu with Swift (Scripts/setup.sh).

PREFIX ?= /usr/local
# Rounds and seed of the kill -9 loop. The default seed is fixed, so that a failure repeats.
KILL_ROUNDS ?= 500
KILL_SEED ?= 1
OBJECT_ROUNDS ?= 1000
REWRAP_ROUNDS ?= 12
MANIFEST_ROUNDS ?= 100
FUZZ_SECONDS ?= 30

export COFFER_TEST_PYTHON ?=
export PYTHONDONTWRITEBYTECODE := 1
PYTHON := $(or $(COFFER_TEST_PYTHON),$(CURDIR)/.build-venv/bin/python)
RELEASE := .build-release/release/coffer
SOURCES := $(wildcard Package.swift) KeyStore Sources Tests

.PHONY: help demo test interop lint fmt build release manual install bench fuzz asan tsan coverage clean setup readme images install-strip uninstall stage package dist package-test

help:
	@sed -n 's/^# //p' Makefile | head -n 3
	@echo "make lint    check the formatting        make fmt    format"
	@echo "make build   debug binary                make release, make install PREFIX=$(PREFIX)"
	@echo "make bench   measure                     make fuzz, make asan, make tsan    look for memory errors and races"
	@echo "make coverage    after make test: what it ran, line by line, in .build/coverage"
	@echo "make readme  run the commands in the documents, and write what they show; make images    their pictures"
	@echo "make package a Debian package            make dist    what is released; see Docs/Packaging.md"
	@echo "make clean   remove what was built"

setup:
	@Scripts/setup.sh

demo:
	@Scripts/setup.sh demo
	@$(MAKE) --no-print-directory release
	@COFFER=$(RELEASE) Scripts/demo.sh

test: setup
	swift build --build-tests --enable-code-coverage --explicit-target-dependency-import-check error
	@rm -rf .build/debug/coverage .build/tests*.xml
	LLVM_PROFILE_FILE=$(CURDIR)/.build/debug/coverage/%p.profraw COFFER_TEST_PYTHON=$(PYTHON) \
		swift test --skip-build --experimental-maximum-parallelization-width 8 --xunit-output .build/tests.xml \
		|| { Scripts/failures.py .build/tests-swift-testing.xml; exit 1; }
	@Scripts/coverage.py .build/debug
	@$(MAKE) --no-print-directory interop
	Scripts/fuzz.sh 1

# Against the binary that people get: what an optimiser does to a program is part of the program.
interop: setup release
	$(PYTHON) Tests/Interop/decrypt_blob.py --check Tests/Interop/known_answers.json
	$(PYTHON) Tests/Interop/open_store.py $(RELEASE)
	$(PYTHON) Tests/Interop/upgrade.py $(RELEASE)
	$(PYTHON) Tests/Interop/age_rules.py $(RELEASE)
	$(PYTHON) Tests/Interop/pty_prompts.py $(RELEASE)
	$(PYTHON) Tests/Interop/mfa_enroll.py $(RELEASE)
	$(PYTHON) Tests/Interop/progress.py $(RELEASE)
	$(PYTHON) Tests/Interop/s3_shapes.py $(RELEASE)
	$(PYTHON) Tests/Interop/recipes.py $(RELEASE)
	$(PYTHON) Tests/Interop/voice.py $(RELEASE)
	$(PYTHON) Tests/Interop/age_cross.py --rounds $(REWRAP_ROUNDS) --seed $(KILL_SEED) $(RELEASE)
	$(PYTHON) Tests/Interop/kill_loop.py --rounds $(KILL_ROUNDS) --seed $(KILL_SEED) $(RELEASE)
	$(PYTHON) Tests/Interop/object_kill_loop.py --rounds $(OBJECT_ROUNDS) --seed $(KILL_SEED) $(RELEASE)
	$(PYTHON) Tests/Interop/manifests.py $(RELEASE)
	$(PYTHON) Tests/Interop/audit_export.py $(RELEASE)
	$(PYTHON) Tests/Interop/rot_ext4.py $(RELEASE)
	$(PYTHON) Tests/Interop/tls_scan.py $(RELEASE)
	$(PYTHON) Tests/Interop/readme.py $(RELEASE)
	$(PYTHON) Tests/Interop/manifest_kill_loop.py --rounds $(MANIFEST_ROUNDS) --seed $(KILL_SEED) $(RELEASE)

lint:
	swift format lint --strict --recursive --parallel $(SOURCES)

fmt:
	swift format --in-place --recursive --parallel $(SOURCES)

build:
	@Scripts/setup.sh build
	swift build

# No $ORIGIN in the search path of libraries: a folder of downloads, say, must not be able to exchange OpenSSL.
release:
	@Scripts/setup.sh build
	swift build --configuration release --product coffer --static-swift-stdlib --disable-local-rpath --scratch-path .build-release

# The plugin `swift package generate-manual` would build all of coffer once more, in debug; its tool alone does the same.
manual: release
	swift build --configuration release --product generate-manual --scratch-path .build-release
	Scripts/manual.sh .build-release/release/generate-manual $(RELEASE) .build-release/manual

# install-strip leaves out the debug symbols, which are half of the binary.
install: release manual
	Scripts/install.sh $(PREFIX) $(RELEASE) .build-release/manual

readme: setup release
	$(PYTHON) Scripts/transcript.py $(RELEASE) README.md Docs/Tour.md

images: setup release
	@command -v chromium >/dev/null || { echo "images: please install chromium" >&2; exit 1; }
	@python3 -m venv .build-images && .build-images/bin/pip install --quiet --requirement Scripts/images-requirements.txt
	.build-images/bin/python Scripts/images.py $(RELEASE) Docs/images

install-strip: release manual
	STRIP=strip Scripts/install.sh $(PREFIX) $(RELEASE) .build-release/manual

uninstall:
	Scripts/install.sh --uninstall $(PREFIX)

stage: manual
	Scripts/stage.sh $(RELEASE) .build-release/manual .build-release .build-release/stage

package: stage
	Scripts/package.sh .build-release/stage dist

dist: package
	Scripts/dist.sh .build-release/stage dist

# Takes some minutes, most of them for a minimal Debian; so not a part of `make test`.
package-test: setup dist
	$(PYTHON) Tests/Interop/release.py dist
	$(PYTHON) Tests/Interop/package.py dist

bench: release
	COFFER=$(RELEASE) $(PYTHON) Tests/Benchmarks/run.py

fuzz:
	@Scripts/setup.sh build
	Scripts/fuzz.sh $(FUZZ_SECONDS)

# After `make test`: the sources, line by line, in .build/coverage/index.html.
coverage:
	Scripts/coverage.py .build/debug --html .build/coverage

# Contexts of libcrypto that are kept until a process ends count as leaked: some 20, whatever the process does. Scripts that start coffer do
# not hand on the option that says so, so what drives a process is left out.
asan: setup
	COFFER_TEST_PYTHON=$(PYTHON) ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --disable-xctest --scratch-path .build-asan --skip ProcessTests

# Scripts/races.py says which reports are none. What talks to servers and terminals is left out: it takes too long.
tsan: setup
	@rm -f .build-tsan/reports.*
	status=0; COFFER_TEST_PYTHON=$(PYTHON) \
		TSAN_OPTIONS=exitcode=0:handle_segv=0:handle_sigbus=0:handle_abort=0:log_path=$(CURDIR)/.build-tsan/reports \
		swift test --sanitize=thread --disable-xctest --scratch-path .build-tsan --skip CofferCommandsTests --skip TLSInspectorTests \
		--experimental-maximum-parallelization-width 4 || status=1; \
	Scripts/races.py .build-tsan/reports && exit $$status

clean:
	rm -rf .build .build-* dist
