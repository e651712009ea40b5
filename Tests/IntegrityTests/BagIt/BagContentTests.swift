import Envelope
import FileFaults
import Foundation
import OpenSSL
import Synchronization
import SystemPackage
import Testing

@testable import Integrity

@Suite("Reading files of bags while somebody writes to them")
struct BagContentTests {
    /// Calls that do something before each of the first reads.
    private func calls(writing count: Int, _ write: @escaping @Sendable (_ number: Int) -> Void) -> FaultyCalls {
        let done = Mutex(0)
        return FaultyCalls(before: { call in
            guard call == .readAt else { return }
            let number = done.withLock { done in
                done += 1
                return done
            }
            if number <= count { write(number) }
        })
    }

    private func append(to path: FilePath) {
        guard let file = FileHandle(forWritingAtPath: path.string) else { return }
        file.seekToEndOfFile()
        file.write(Data("x".utf8))
        file.closeFile()
    }

    @Test("what was written to once is read again, and the bag has what is there in the end", arguments: [false, true], [false, true])
    func readAgain(inPlace: Bool, shrinks: Bool) async throws {
        let fixture = try BagFixture()
        let file = try fixture.write("content", to: "in/a")
        let calls = calls(writing: 1) { _ in
            if shrinks { truncate(file.string, 3) } else { append(to: file) }
        }
        let creator = BagCreator(try BagFixture.options(), monitor: BagMonitor(), calls: calls)
        let bag = inPlace ? "in" : "bag"
        let creation =
            inPlace
            ? try await creator.convert(fixture.path("in"))
            : try await creator.create(from: fixture.path("in"), at: fixture.path("bag"))
        let content = shrinks ? "con" : "contentx"
        #expect(creation.payload == PayloadOxum(byteCount: UInt64(content.utf8.count), fileCount: 1))
        #expect(try fixture.text("\(bag)/data/a") == content)
        #expect(try await BagValidator().validate(fixture.path(bag)).problems == [])
        #expect(calls.openCount == 0)
    }

    @Test("a file whose times change alone is read again", arguments: [1, 2, 3])
    func times(count: Int) async throws {
        let fixture = try BagFixture()
        let file = try fixture.write("content", to: "in/a")
        let calls = calls(writing: count) { number in
            let times = [timespec(tv_sec: 1_000_000 + number, tv_nsec: 0), timespec(tv_sec: 1_000_000 + number, tv_nsec: 0)]
            utimensat(AT_FDCWD, file.string, times, 0)
        }
        let folder = try BagFolder(fixture.path("in"))
        let read = Mutex(0)
        let content = BagContent(calls: calls) { count in read.withLock { $0 += count } }
        let opened = try folder.open(EntryPath(trusted: Array("a".utf8)))
        let reading = try content.read(opened.descriptor, expecting: 7, [.sha256])
        #expect(try reading.digests == [Digest.hash(.sha256, Array("content".utf8).bytes)])
        // Each look has two reads: the content and its end.
        #expect(reading.byteCount == 7 && read.withLock { $0 } == 7 * ((count + 1) / 2 + 1))
    }

    @Test("no bag is made of a file that is written to all the time, and the folder is as it was", arguments: [false, true])
    func neverStill(inPlace: Bool) async throws {
        let fixture = try BagFixture()
        let file = try fixture.write("content", to: "in/a")
        let calls = calls(writing: .max) { _ in append(to: file) }
        let creator = BagCreator(try BagFixture.options(), monitor: BagMonitor(), calls: calls)
        let error = await #expect(throws: IntegrityError.self) {
            _ =
                inPlace
                ? try await creator.convert(fixture.path("in"))
                : try await creator.create(from: fixture.path("in"), at: fixture.path("bag"))
        }
        #expect(error?.code == .changedMeanwhile && error?.message.hasPrefix("a: ") == true)
        #expect(try fixture.names() == ["in"] && fixture.names("in") == ["a"])
    }

    @Test(
        "of a file that is written to all the time nothing is said but that; one that was written to once is compared",
        arguments: [1, .max])
    func validating(count: Int) async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(lists: ["manifest-md5.txt": "= data/a\n"])
        let folder = try BagFolder(bag)
        var examination = BagExamination(try BagTree(of: folder), in: folder)
        examination.examineForm(needsOxum: false)
        let content = BagContent(calls: calls(writing: count) { _ in append(to: fixture.path("bag/data/a")) }) { _ in }
        for job in examination.examineCompleteness() { examination.compare(job, try job.read(in: folder, content)) }
        #expect(examination.report.wrongs == [count == 1 ? "checksum-mismatch data/a" : "unreadable data/a"])
        #expect(examination.report.problems.contains { $0.detail.contains("written to") } == (count != 1))
        #expect(examination.report.checkedFileCount == (count == 1 ? 1 : 0))
    }
}
