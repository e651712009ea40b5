import Foundation
import KeyStore
import Testing

@testable import KeyCatalog

@Suite("CatalogFile")
struct CatalogFileTests {
    let folder: CatalogFolder

    init() throws { folder = try CatalogFolder() }

    @Test("only the owner can read or write any of the files")
    func mode() throws {
        let catalog = try folder.catalog()
        try catalog.put(Sample.seal(1))
        let names = try folder.contents().keys.sorted()
        #expect(names == ["keys.db", "keys.db-shm", "keys.db-wal"])
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.url.appendingPathComponent(name).path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test("a missing file is not created where one is expected", arguments: [KeyCatalog.Access.existing, .readOnly])
    func missing(_ access: KeyCatalog.Access) throws {
        #expect(failure { _ = try folder.catalog(access) } == KeyStoreError(.storeNotFound))
        #expect(try folder.contents() == [:])
    }

    @Test("a missing folder is named")
    func missingFolder() throws {
        let path = folder.url.appendingPathComponent("none/keys.db").path
        let error = try #require(failure { _ = try KeyCatalog(path: path, access: .createIfMissing) })
        #expect(error == KeyStoreError(.unavailable))
        #expect(error.message.contains("Create its folder first"))
    }

    @Test("a name that SQLite would read otherwise is a plain file name", arguments: [":memory:", "file:keys.db?mode=memory", ""])
    func oddNames(_ name: String) throws {
        let path = folder.url.appendingPathComponent(name).path
        guard !name.isEmpty else {
            #expect(failure { _ = try KeyCatalog(path: name, access: .createIfMissing) } == KeyStoreError(.unavailable))
            return
        }
        let catalog = try KeyCatalog(path: path, access: .createIfMissing)
        #expect(catalog.path == path)
        try catalog.put(Sample.seal(1))
        #expect(try KeyCatalog(path: path, access: .readOnly).allRecords() == [Sample.seal(1)])
    }

    @Test("a symbolic link leads to the one catalog")
    func symbolicLink() throws {
        let link = folder.url.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        let catalog = try folder.catalog()
        let linked = try KeyCatalog(path: link, access: .existing)
        try linked.put(Sample.seal(1))
        #expect(linked.path == catalog.path)
        #expect(try catalog.allRecords() == [Sample.seal(1)])
    }

    @Test("a folder in the file's place is refused", arguments: [KeyCatalog.Access.createIfMissing, .existing, .readOnly])
    func notAFile(_ access: KeyCatalog.Access) throws {
        #expect(failure { _ = try KeyCatalog(path: folder.url.path, access: access) } == KeyStoreError(.unavailable))
    }

    @Test("opening gives up with a clear error when somebody keeps the folder locked, and leaves no descriptor behind")
    func lockedFolder() throws {
        let lock = try FolderLock.acquire(folderOf: folder.path, timeoutSeconds: 1)
        let open = { try KeyCatalog(path: folder.path, access: .createIfMissing, busyTimeoutSeconds: 0.01) }
        let error = try #require(failure { _ = try open() })
        #expect(error == KeyStoreError(.unavailable))
        #expect(error.message.contains("keeps its folder locked"))
        #expect(try folder.contents() == [:])
        let descriptors = { try FileManager.default.destinations(inFolder: "/proc/self/fd").filter { $0 == folder.url.path }.count }
        #expect(try descriptors() == 1)
        lock.release()
        #expect(throws: Never.self) { _ = try open() }
        #expect(try descriptors() == 0)
    }
}

extension FileManager {
    /// Where the symbolic links in a folder lead; links that go away meanwhile are left out.
    fileprivate func destinations(inFolder path: String) throws -> [String] {
        try contentsOfDirectory(atPath: path).compactMap { name in
            do { return try destinationOfSymbolicLink(atPath: "\(path)/\(name)") } catch { return nil }
        }
    }
}
