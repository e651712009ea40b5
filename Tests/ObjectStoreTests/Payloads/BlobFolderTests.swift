import Envelope
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("The folder of blobs")
struct BlobFolderTests {
    @Test("names are text and back, and no other text is a name")
    func names() throws {
        let name = BlobName(bytes: (0..<16).map { $0 * 17 })
        #expect(name.text == "00112233445566778899aabbccddeeff")
        #expect(BlobName(text: name.text) == name)
        #expect(try BlobName.random() != BlobName.random())
        for text in ["", "00", name.text.uppercased(), name.text + "0", String(name.text.dropLast()) + "g", "é" + name.text.dropFirst(2)] {
            #expect(BlobName(text: text) == nil, "\(text)")
        }
    }

    @Test("it is made once, and for its owner alone")
    func prepare() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        try fixture.folder.prepare()
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.folder.path.string)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        let segment = try await fixture.segment(randomBytes(20_000))
        let shard = fixture.folder.path(of: try segment.name).removingLastComponent()
        #expect(try FileManager.default.attributesOfItem(atPath: shard.string)[.posixPermissions] as? Int == 0o700)
        let file = try FileManager.default.attributesOfItem(atPath: fixture.folder.path(of: try segment.name).string)
        #expect(file[.posixPermissions] as? Int == 0o600)
    }

    @Test("a folder in it that somebody removed is made again")
    func removedShard() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let name = BlobName(bytes: [UInt8](repeating: 7, count: 16))
        _ = try fixture.folder.openShard(of: name)
        try FileManager.default.removeItem(atPath: fixture.folder.path.appending(name.shard).string)
        _ = try fixture.folder.openShard(of: name)
        #expect(FileManager.default.fileExists(atPath: fixture.folder.path.appending(name.shard).string))
    }

    @Test("a file that is gone can be removed")
    func remove() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let name = try await fixture.segment(randomBytes(20_000)).name
        try fixture.folder.remove(name)
        try fixture.folder.remove(name)
        try fixture.folder.remove(BlobName.random())
        #expect(try fixture.files() == [])
    }

    @Test("everything in it is listed, and what is no blob has no name")
    func listing() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        var names: Set<BlobName> = []
        for _ in 0..<5 { names.insert(try await fixture.segment(randomBytes(20_000)).name) }
        let known = try #require(names.first)
        let shard = fixture.folder.path.appending(known.shard)
        let wrongShard = BlobName(bytes: [known.bytes[0] ^ 1] + known.bytes.dropFirst())
        let foreign = [
            fixture.folder.path.appending("README"), shard.appending(".coffer-1.tmp"), shard.appending(known.text),
            shard.appending(wrongShard.fileName),
        ]
        for path in foreign { try fixture.write([1, 2, 3], to: path) }
        try FileManager.default.createSymbolicLink(atPath: shard.appending("link").string, withDestinationPath: "/etc/passwd")
        let quarantined = try await fixture.segment(randomBytes(20_000)).name
        try fixture.folder.quarantine(quarantined)

        var found: [BlobFile] = []
        try fixture.folder.forEach { found.append($0) }
        #expect(Set(found.compactMap(\.name)) == names)
        let size = UInt64(4096 + 20_000 + 16)
        #expect(found.filter { $0.name != nil }.allSatisfy { $0.byteCount == size && $0.modificationTime.seconds > 1_600_000_000 })
        #expect(Set(found.filter { $0.name == nil }.map(\.path)) == Set(foreign + [shard.appending("link")]))
    }

    @Test("quarantine keeps what is there already")
    func quarantine() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let name = try await fixture.segment(randomBytes(20_000)).name
        let file = try fixture.read(fixture.folder.path(of: name))
        try fixture.folder.quarantine(name)
        try fixture.write([1], to: fixture.folder.path(of: name))
        try fixture.folder.quarantine(name)
        #expect(try fixture.files() == ["quarantine/\(name.text)-1.age", "quarantine/\(name.text).age"].sorted())
        #expect(try fixture.read(fixture.folder.path.appending("quarantine/\(name.text).age")) == file)
        let error = #expect(throws: ObjectStoreError.self) { try fixture.folder.quarantine(name) }
        #expect(error?.isMissingBlob == true)
    }

    @Test("a header is replaced in its place, and by one of its size only")
    func replaceHeader() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(100_000))
        let other = try await PayloadFixture().header
        #expect(other.count == fixture.header.count && other != fixture.header)
        try fixture.folder.replaceHeader(of: segment.name, with: other)
        #expect(try fixture.folder.readHeader(of: segment.name, byteCount: other.count) == other)
        #expect(try fixture.verify(segment) == 100_000)
        #expect(throws: ObjectStoreError(.damagedObject)) {
            try fixture.folder.replaceHeader(of: segment.name, with: Array(other.dropLast()))
        }
        #expect(throws: ObjectStoreError(.damagedObject)) { try fixture.folder.readHeader(of: segment.name, byteCount: 1 << 20) }
        #expect(throws: ObjectStoreError(.damagedObject)) { try fixture.folder.replaceHeader(of: BlobName.random(), with: other) }
    }
}
