import Foundation
import Integrity
import SystemPackage

/// libFuzzer's entry: no file may trap the reader of manifests or make it take more memory than its blocks may have, no path may lead
/// out of the tree, and an entry that is read from its canonical bytes has to be written as the same bytes.
///
/// The first byte chooses: the whole file, its blocks under a head that nobody signed, or one canonical entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzManifest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    do {
        switch choice % 3 {
        case 0: try fuzzFile(bytes)
        case 1: try fuzzFile(Array("coffer-manifest/1\n".utf8) + bytes + end)
        default: try fuzzCanonical(bytes)
        }
    } catch let error as IntegrityError {
        precondition(!error.message.utf8.contains { $0 < 0x20 }, "a control character in an error")
        precondition(error.code != .internalFailure, "\(error)")
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

/// One file for all inputs: it has no name.
private let file: FileDescriptor = {
    do {
        let path = FilePath(NSTemporaryDirectory() + "/coffer-fuzz-\(UUID().uuidString)")
        let file = try FileDescriptor.open(path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        try FileManager.default.removeItem(atPath: path.string)
        return file
    } catch {
        preconditionFailure("no file to fuzz with: \(error)")
    }
}()

/// The notes of a manifest of as many entries as there may be, and the footer.
private let end: [UInt8] = {
    do {
        guard let manifestID = ManifestID([UInt8](repeating: 1, count: 16)), let time = CheckpointTime("2026-11-28T14:00:00Z"),
            let root = TreeHash([UInt8](repeating: 2, count: 32)[...])
        else { preconditionFailure("no head to fuzz with") }
        let checkpoint = try Checkpoint(
            manifestID: manifestID, entryCount: .max, root: root, toolVersion: "1.0.0", time: time, sequence: 0, previous: nil,
            subject: Array("/srv".utf8), options: ManifestOptions())
        let note = checkpoint.text + [0x0A]
        let notes = number(note.count, 4) + note
        return [0x5A] + number(notes.count, 8) + notes + number(notes.count, 8) + Array("/coffer\n".utf8)
    } catch {
        preconditionFailure("no head to fuzz with: \(error)")
    }
}()

private func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

private func fuzzFile(_ bytes: [UInt8]) throws {
    try file.resize(to: 0)
    try file.writeAll(toAbsoluteOffset: 0, bytes)
    let manifest = try Manifest(
        path: FilePath("/proc/self/fd/\(file.rawValue)"), trust: ManifestTrust(signers: [], allowsUnsigned: true))
    var last: EntryPath?
    try manifest.forEachEntry { entry in
        requireInside(entry.path)
        if let last { precondition(last < entry.path, "entries out of order") }
        last = entry.path
        let again = try ManifestEntry(canonical: entry.canonicalBytes)
        precondition(again == entry, "an entry is another one in its canonical bytes")
    }
}

private func fuzzCanonical(_ bytes: [UInt8]) throws {
    let entry = try ManifestEntry(canonical: bytes)
    precondition(entry.canonicalBytes == bytes, "an entry has two encodings")
    requireInside(entry.path)
}

private func requireInside(_ path: EntryPath) {
    let names = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    precondition(names.allSatisfy { !$0.isEmpty && !$0.elementsEqual([0x2E]) && !$0.elementsEqual([0x2E, 0x2E]) && !$0.contains(0) })
}
