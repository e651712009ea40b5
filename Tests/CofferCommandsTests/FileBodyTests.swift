import ArgumentParser
import Foundation
import ObjectStore
import SystemPackage
import Testing

@testable import CofferCommands

@Suite("The bytes of files on their way into the store")
struct FileBodyTests {
    private let fixture: CommandFixture

    init() throws { fixture = try CommandFixture() }

    private func body(_ content: [UInt8], promising count: UInt64? = nil) throws -> FileBody {
        try FileBody(FilePath(fixture.write(content, to: "file")), promising: count)
    }

    @Test("a file is read whole, and its length is known before")
    func whole() async throws {
        for content in [[], [7], [UInt8](repeating: 3, count: 200_000)] as [[UInt8]] {
            let body = try body(content)
            #expect(body.byteCount == UInt64(content.count))
            #expect(try await body.collect(limit: 1 << 20) == content)
            #expect(try await body.collect(limit: 1) == [])
        }
    }

    @Test("a descriptor is read from where it stands, and a pipe has no length")
    func descriptors() async throws {
        let descriptor = try FileDescriptor.open(fixture.write("hello world", to: "file"), .readOnly)
        defer { try? descriptor.close() }
        _ = try descriptor.seek(offset: 6, from: .start)
        let rest = try FileBody(descriptor, name: "stdin")
        #expect(rest.byteCount == 5)
        #expect(try await rest.collect(limit: 100) == Array("world".utf8))

        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        try pipe.writeEnd.closeAfter { _ = try pipe.writeEnd.writeAll("through".utf8) }
        let stream = try FileBody(pipe.readEnd, name: "stdin")
        #expect(stream.byteCount == nil)
        #expect(try await stream.collect(limit: 100) == Array("through".utf8))
    }

    @Test("a file that shows no size and has content is read to its end")
    func withoutSize() async throws {
        let body = try FileBody(FilePath("/proc/self/status"))
        #expect(body.byteCount == nil)
        #expect(try await !body.collect(limit: 1 << 20).isEmpty)
    }

    @Test("a file that shrinks or grows while it is read is no copy of anything", arguments: [-1, 1, 100_000])
    func changed(difference: Int) async throws {
        let content = [UInt8](repeating: 1, count: 100_000)
        let body = try body(content)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        #expect(try await body.read(into: buffer) == 4096)
        let handle = try #require(FileHandle(forUpdatingAtPath: fixture.path("file")))
        try handle.truncate(atOffset: UInt64(content.count + difference))
        try handle.close()
        await #expect(throws: ObjectStoreError(.incompleteBody)) { try await body.collect(limit: 1 << 20) }
    }

    @Test("a folder, and a file that is not there, are refused")
    func refused() throws {
        #expect(throws: CommandError.self) { try FileBody(FilePath(fixture.folder)) }
        let error = #expect(throws: CommandError.self) { try FileBody(FilePath(fixture.path("nothing"))) }
        #expect(error?.status == .notFound)
    }

    @Test("a body that is shorter or longer than was promised is refused before it is sent")
    func promised() async throws {
        let fixture = try await CommandFixture.withStore()
        try fixture.write("hello", to: "file")
        for count in [4, 6] {
            #expect(throws: ObjectStoreError(.incompleteBody)) {
                try BodyOption.parse(["--body", fixture.path("file"), "--content-length", "\(count)"]).open(in: try fixture.session())
            }
        }
        #expect(
            try BodyOption.parse(["--body", fixture.path("file"), "--content-length", "5"]).open(in: try fixture.session()).byteCount == 5)
        #expect(try BodyOption.parse([]).open(in: try fixture.session()).byteCount == 0)
    }

    @Test("slices of a body are one after the other")
    func slices() async throws {
        let body = BytesBody(Array(0..<10))
        let first = BodySlice(of: body, byteCount: 4, isWhole: true)
        #expect(try await first.collect(limit: 100) == [0, 1, 2, 3])
        #expect(first.byteCount == 4 && first.readCount == 4)
        let rest = BodySlice(of: PrefixedBody([99], body), byteCount: 100, isWhole: false)
        #expect(try await rest.collect(limit: 100) == [99, 4, 5, 6, 7, 8, 9])
        #expect(rest.byteCount == nil && rest.readCount == 7)
    }
}
