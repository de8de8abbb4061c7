#!/usr/bin/env python3
"""Builds a copy of the package with the thread sanitizer, runs the concurrent suites, and fails on any report.

The sanitizer cannot see how Synchronization.Mutex waits (inside the standard library, which is built without it),
so it takes whatever that protects for a race. In the copy each module that imports Synchronization gets a Mutex of
its own of the same form over pthread_mutex_t, which the sanitizer knows; a module's own type wins over an imported
one. Atomics, queues and semaphores are understood as they are. Whether a race would be seen is tried first: a test
that is put into the copy races on purpose.

Not part of .ci/run: the first build takes a quarter of an hour, and tests run ten to twenty times slower.

    tools/thread-sanitizer.py [--skip-build] [SUITE ...]      (suites: regular expressions of `swift test --filter`)
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build-thread-sanitizer"
COPY, PRODUCTS, REPORTS = FOLDER / "package", FOLDER / "products", FOLDER / "reports"
SANITIZED = ["--sanitize=thread", "--scratch-path", PRODUCTS]
SUITES = ["LMDBTests", "SortedRunsTests", "EventLogTests", "ViewsTests", "DaybookTests", "ImportingTests",
          "RegistryTests", "ImportCommandTests"]

MUTEX = """\
import Glibc

@safe struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    init(_ value: consuming sending Value) {
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe self.value.initialize(to: value)
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try unsafe body(&value.pointee)
    }
}
"""

RACE = """\
import Foundation
import Testing

@Suite struct DeliberateRaceTests {
    @Test func isReported() {
        let shared = Shared()
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<2 { Thread { shared.count += 1; done.signal() }.start() }
        for _ in 0..<2 { done.wait() }
    }
    // Unchecked: the race is the purpose.
    private final class Shared: @unchecked Sendable { var count = 0 }
}
"""


def write(file, content):
    """Leaves a file alone that is as it should be, so that the next build has little to do."""
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def copy():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    names = listed.stdout.splitlines() + ["Package.resolved"]
    files = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    locking = [name for name, content in files.items() if name.endswith(".swift") and b"import Synchronization\n" in content]
    for top, module in {tuple(name.split("/")[:2]) for name in locking}:
        files[f"{top}/{module}/Mutex.swift"] = MUTEX.encode()
    files["Tests/TidyTests/DeliberateRaceTests.swift"] = RACE.encode()
    for name, content in files.items():
        write(COPY / name, content)
    for file in [*(COPY / "Sources").rglob("*.*"), *(COPY / "Tests").rglob("*.*")]:
        if str(file.relative_to(COPY)) not in files and file.is_file():
            file.unlink()


def watch(name, command):
    """Runs a command with the sanitizer's programs; answers whether it ended well, and the sanitizer's reports."""
    folder = REPORTS / name.replace("/", "_")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ)
    environment.setdefault("DAYBOOK_SHARED", str(ROOT.parent / "shared"))
    environment["TSAN_OPTIONS"] = f"log_path={folder}/report exitcode=0 second_deadlock_stack=1 history_size=7"
    began = time.monotonic()
    with open(folder / "output", "w") as output:
        ended = subprocess.run(command, cwd=COPY, env=environment, stdout=output, stderr=subprocess.STDOUT).returncode
    texts = [file.read_text(errors="replace") for file in sorted(folder.glob("report.*"))]
    reports = [each for text in texts for each in re.findall(r"^(?:SUMMARY|FATAL): .*", text, flags=re.M)]
    lines = (folder / "output").read_text(errors="replace").splitlines() or [""]
    print(f"{name}: {len(reports)} reports, {time.monotonic() - began:.0f} s: {lines[-1].strip()}", flush=True)
    return ended == 0, reports


def tests(suite):
    return ["swift", "test", "--skip-build", "--no-parallel", *SANITIZED, "--filter", suite]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--skip-build", action="store_true")
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    options = parser.parse_args()
    if not options.skip_build:
        copy()
        subprocess.run(["swift", "build", "--build-tests", *SANITIZED], cwd=COPY, check=True)
    if not watch("DeliberateRaceTests", tests("DeliberateRaceTests"))[1]:
        sys.exit("a deliberate race was not reported: the other suites would show nothing either")
    runs = {suite: tests(suite) for suite in options.suites or SUITES}
    if not options.suites:
        # The program itself: appends, questions and rebuilds at once, some of them cancelled or killed.
        runs["rebuild-test"] = [ROOT / "tools/rebuild-test.py", "--program", PRODUCTS / "debug/daybook", "--seconds", "60"]
    failed, kinds = [], collections.Counter()
    for name, command in runs.items():
        passed, reports = watch(name, command)
        failed += [name] * (not passed)
        kinds.update(reports)
    for kind, count in kinds.most_common():
        print(f"{count} x {kind}")
    if failed or kinds:
        sys.exit(f"{sum(kinds.values())} reports; failed: {', '.join(failed) or 'none'}; details in {REPORTS}")
    print("no reports")


main()
