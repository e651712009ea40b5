import Envelope
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import CofferCommands

@Suite("Progress")
struct ProgressTests {
    private let line = ProgressLine(
        verb: "sealing", file: "db.dump", done: 1_200_000_000, total: 2_900_000_000, bytesPerSecond: 812_400_000)

    @Test(
        "the line tells what there is room for",
        arguments: [
            (120, "sealing db.dump [===============>                        ]  41%  1.2 GB of 2.9 GB, 812.4 MB/s, 3 s left"),
            (80, "sealing db.dump [======>          ]  41%  1.2 GB of 2.9 GB, 812.4 MB/s, 3 s left"),
            (72, "sealing db.dump [======>            ]  41%  1.2 GB, 812.4 MB/s, 3 s left"),
            (60, "sealing db.dump [=====>         ]  41%  812.4 MB/s, 3 s left"),
            (50, "sealing db.dump [======>          ]  41%  3 s left"),
            (38, "sealing db.dump [=====>         ]  41%"),
            (24, "sealing 41%"), (7, "sealing"), (3, "sea"), (0, ""),
        ])
    func widths(columns: Int, text: String) {
        #expect(line.text(columns: columns) == text)
    }

    @Test("no line is wider than it may be", arguments: 0...140)
    func fits(columns: Int) {
        var line = line
        line.fileCount = 12_000
        line.fileNumber = 11_999
        for (file, total) in [("db.dump", 2_900_000_000), ("a/very/long/path/to/some/file.tar.gz", nil), ("写真/二〇二六年/夏休み.tar", 9_999)]
            as [(String, UInt64?)]
        {
            line.file = file
            line.total = total
            #expect(TerminalColumns.count(line.text(columns: columns)) <= columns)
        }
    }

    @Test("of a long path the end is shown, and nothing that a terminal acts on")
    func names() {
        var line = line
        line.file = "/srv/backups/2026/07/nightly/\u{1B}[2Jdb.dump"
        let text = line.text(columns: 80)
        #expect(text.hasPrefix("sealing \u{2026}") && text.contains("db.dump [") && !text.contains("\u{1B}"))
    }

    @Test("of several files the number is told")
    func numbers() {
        var line = line
        line.fileCount = 5
        line.fileNumber = 2
        #expect(line.text(columns: 100).hasPrefix("sealing 2/5 db.dump ["))
    }

    @Test("without a total there is no bar, no share and no end")
    func unknownTotal() {
        var line = line
        line.file = "stdin"
        line.total = nil
        #expect(line.text(columns: 80) == "sealing stdin 1.2 GB, 812.4 MB/s")
        line.total = 0
        #expect(!line.text(columns: 80).contains("%"))
    }

    @Test("more than all is all")
    func beyond() {
        var line = line
        line.done = 3_000_000_000
        #expect(line.text(columns: 80).contains("=] 100%  2.9 GB of 2.9 GB"))
    }

    @Test(
        "the time left",
        arguments: [(1, "1 s"), (59, "59 s"), (60, "1:00"), (61, "1:01"), (3599, "59:59"), (3600, "1:00:00"), (7384, "2:03:04")])
    func timeLeft(seconds: UInt64, text: String) {
        let line = ProgressLine(verb: "v", file: "f", done: 0, total: seconds * 1000, bytesPerSecond: 1000)
        #expect(line.text(columns: 120).hasSuffix(", \(text) left"))
    }

    @Test("nobody waits for what has no rate, or takes for ever", arguments: [nil, 0, 0.5])
    func noTimeLeft(rate: Double?) {
        #expect(!ProgressLine(verb: "v", file: "f", done: 0, total: 1000, bytesPerSecond: rate).text(columns: 120).contains("left"))
        let slow = ProgressLine(verb: "v", file: "f", done: 0, total: 1_000_000, bytesPerSecond: 1)
        #expect(!slow.text(columns: 120).contains("left"))
    }

    @Test("colour adds no column and takes none away")
    func colour() {
        let coloured = line.text(columns: 80, style: Style(isColoured: true))
        #expect(coloured.contains("[\u{1B}[32m="))
        #expect(coloured.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "") == line.text(columns: 80))
    }

    @Test("the rate follows what happens, and survives a pause")
    func rate() throws {
        var meter = RateMeter()
        meter.note(0, at: .zero)
        #expect(meter.bytesPerSecond == nil)
        meter.note(100, at: .seconds(1))
        #expect(meter.bytesPerSecond == 100)
        meter.note(100, at: .seconds(1))
        meter.note(400, at: .seconds(2))
        let rising = try #require(meter.bytesPerSecond)
        #expect(rising > 100 && rising < 300)
        for second in 3...60 { meter.note(UInt64(400 + 300 * (second - 2)), at: .seconds(second)) }
        #expect(abs(try #require(meter.bytesPerSecond) - 300) < 1)
    }

    // MARK: On a display

    /// What was shown, and a clock that the test sets.
    private final class Watcher: Sendable {
        let time = Mutex(Duration.zero)
        let path: String

        init() { path = NSTemporaryDirectory() + "coffer-progress-" + UUID().uuidString }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func progress(_ work: Workload, columns: Int = 80) throws -> Progress {
            let file = try FileDescriptor.open(path, .writeOnly, options: [.create, .append], permissions: [.ownerReadWrite])
            let display = ProgressDisplay(descriptor: file, style: Style(isColoured: false)) { columns }
            return Progress("sealing", work, on: display) { [self] in time.withLock { $0 } }
        }

        func set(_ milliseconds: Int) { time.withLock { $0 = .milliseconds(milliseconds) } }
        func shown() throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }
    }

    @Test("the first second is silent, then there is a line, five times a second at most, and at the end it is gone")
    func silence() throws {
        let watcher = Watcher()
        let progress = try watcher.progress(Workload(fileCount: 1, byteCount: 10_000))
        let monitor = progress.begin("file", byteCount: 10_000)
        for tick in 0..<100 {
            watcher.set(5000 + tick * 10)
            monitor.didAdvance(UInt64(tick * 10))
        }
        #expect(try watcher.shown().isEmpty)
        for tick in 100...150 {
            watcher.set(5000 + tick * 10)
            monitor.didAdvance(UInt64(tick * 10))
        }
        let lines = try watcher.shown().split(separator: "\r")
        #expect(lines.count == 3, "\(lines)")
        #expect(
            lines.first?.contains("sealing file [") == true && lines.first?.contains(" 10%  1.0 kB of 10.0 kB, 1.0 kB/s, 9 s left") == true)
        progress.clear()
        #expect(
            try watcher.shown().hasSuffix(
                "\r" + String(repeating: " ", count: lines.last?.trimmingCharacters(in: .whitespaces).count ?? 0) + "\r"))
        progress.clear()
        #expect(try watcher.shown().split(separator: "\r").count == 4, "a line that is gone is not cleared again")
    }

    @Test("a file that need not be done is no part of the work")
    func dropped() throws {
        let watcher = Watcher()
        let progress = try watcher.progress(Workload(fileCount: 3, byteCount: 9000))
        _ = progress.join("unchanged", byteCount: 8000)
        progress.drop("unchanged")
        progress.drop("unchanged")
        let monitor = progress.join("file", byteCount: 1000)
        for tick in 0...10 {
            watcher.set(tick * 200)
            monitor.didAdvance(UInt64(tick * 50))
        }
        let shown = try watcher.shown()
        #expect(shown.contains("sealing 1/2 file [") && shown.contains(" 50% "), "\(shown)")
    }

    @Test("the bytes of several files add up, also of one that was shorter than it had been")
    func severalFiles() throws {
        let watcher = Watcher()
        let progress = try watcher.progress(Workload(fileCount: 2, byteCount: 2000))
        let first = progress.begin("first", byteCount: 1000)
        first.didAdvance(10)
        watcher.set(1000)
        first.didAdvance(500)
        let second = progress.begin("second", byteCount: 1000)
        watcher.set(2000)
        second.didAdvance(500)
        let lines = try watcher.shown().split(separator: "\r").map(String.init)
        #expect(lines.first?.hasPrefix("sealing 1/2 first [") == true && lines.first?.contains(" 25%") == true)
        #expect(lines.last?.hasPrefix("sealing 2/2 second [") == true && lines.last?.contains(" 75%") == true)
    }

    @Test("files that are worked on side by side add up, and are counted as they begin")
    func sideBySide() throws {
        let watcher = Watcher()
        let progress = try watcher.progress(Workload(fileCount: 3, byteCount: 3000))
        let (first, second) = (progress.join("first", byteCount: 1000), progress.join("second", byteCount: 1000))
        first.didAdvance(500)
        watcher.set(1000)
        second.didAdvance(250)
        progress.end("first")
        let third = progress.join("third", byteCount: 1000)
        watcher.set(2000)
        third.didAdvance(250)
        let lines = try watcher.shown().split(separator: "\r").map(String.init)
        #expect(lines.first?.hasPrefix("sealing 2/3 second [") == true && lines.first?.contains(" 25%") == true)
        #expect(lines.last?.hasPrefix("sealing 3/3 third [") == true && lines.last?.contains(" 50%") == true)
    }

    @Test("nothing is shown while somebody is asked, and what is shown goes before anything else is written")
    func hidden() throws {
        let status = StatusLine()
        let cleared = Mutex(0)
        status.show { cleared.withLock { $0 += 1 } }
        #expect(!status.isHidden)
        status.whileHidden { #expect(status.isHidden && cleared.withLock { $0 } == 1) }
        #expect(!status.isHidden)
    }

    @Test("a line that is shorter than the one before leaves nothing of it")
    func shorter() throws {
        let watcher = Watcher()
        let progress = try watcher.progress(Workload(fileCount: 1, byteCount: nil))
        let monitor = progress.begin("stdin", byteCount: nil)
        for (time, done) in [(0, 0), (1000, 999_900_000), (2000, 1_000_000_000)] as [(Int, UInt64)] {
            watcher.set(time)
            monitor.didAdvance(done)
        }
        let lines = try watcher.shown().split(separator: "\r")
        #expect(lines.count == 2 && lines[0].count == lines[1].count && lines[1].hasSuffix(" "), "\(lines)")
    }

    @Test("the work is the size of all files, and unknown when one of them has none")
    func workload() throws {
        let fixture = try CommandFixture()
        let file = try fixture.write([UInt8](repeating: 0, count: 123), to: "file")
        #expect(Workload.of([FilePath(file), FilePath(file)]) == Workload(fileCount: 2, byteCount: 246))
        for other in [nil, FilePath(fixture.folder), FilePath(fixture.path("nothing"))] {
            #expect(Workload.of([FilePath(file), other]) == Workload(fileCount: 2, byteCount: nil))
        }
    }
}
