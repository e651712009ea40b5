import CIntegrityShims
import Foundation
import Synchronization

@testable import Integrity

/// A disk that goes bad: files that cannot be opened or read, folders that cannot be opened, and bytes that are others than were written.
final class ProofDisk: Sendable {
    struct Faults {
        var unopenable: [FileID: Int32] = [:]
        /// Errors of reading bytes in a range.
        var unreadable: [FileID: (Range<UInt64>, Int32)] = [:]
        /// Bytes that turned: by position.
        var rotten: [FileID: [UInt64]] = [:]
    }

    private let faults: Mutex<Faults>

    init(_ faults: Faults = Faults()) { self.faults = Mutex(faults) }

    func opening(_ file: FileID) -> Int32? { faults.withLock { $0.unopenable[file] } }
    func reading(_ file: FileID) -> (Range<UInt64>, Int32)? { faults.withLock { $0.unreadable[file] } }
    func rot(_ file: FileID) -> [UInt64] { faults.withLock { $0.rotten[file] ?? [] } }
}

/// The system's calls on such a disk.
struct ProofTreeCalls: TreeCalls {
    private let system = SystemTreeCalls()
    let disk: ProofDisk

    func openRoot(_ path: UnsafePointer<CChar>) -> Int32 { system.openRoot(path) }

    func openFolder(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 { opened(system.openFolder(folder, name)) }

    func openFile(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 { opened(system.openFile(folder, name)) }

    private func opened(_ descriptor: Int32) -> Int32 {
        guard descriptor >= 0, let errno = disk.opening(id(descriptor)) else { return descriptor }
        close(descriptor)
        return -errno
    }

    private func id(_ descriptor: Int32) -> FileID {
        var status = stat()
        fstat(descriptor, &status)
        return FileID(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    func readFolder(_ folder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int { system.readFolder(folder, buffer) }

    func status(_ descriptor: Int32, _ status: inout EntryStatus) -> Int32 { system.status(descriptor, &status) }

    func status(_ folder: Int32, _ name: UnsafePointer<CChar>, _ status: inout EntryStatus) -> Int32 {
        system.status(folder, name, &status)
    }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) -> Int {
        let file = id(descriptor)
        if let (range, errno) = disk.reading(file), range.overlaps(position..<position + UInt64(buffer.count)) {
            if range.contains(position) { return -Int(errno) }
            let count = Int(range.lowerBound - position)
            return system.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: position)
        }
        let count = system.read(descriptor, buffer, at: position)
        for byte in disk.rot(file) where count > 0 && (position..<position + UInt64(count)).contains(byte) {
            buffer[Int(byte - position)] ^= 0x20
        }
        return count
    }

    func readLink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        system.readLink(folder, name, buffer)
    }

    func nextExtent(_ descriptor: Int32, from position: UInt64, hole: Bool) -> Int64 {
        // Rot may be where nothing was: then there is no hole any more.
        if !disk.rot(id(descriptor)).isEmpty || disk.reading(id(descriptor)) != nil { return -Int64(EINVAL) }
        return system.nextExtent(descriptor, from: position, hole: hole)
    }

    func listAttributes(_ entry: EntryHandle, _ buffer: UnsafeMutableRawBufferPointer) -> Int { system.listAttributes(entry, buffer) }

    func attribute(_ entry: EntryHandle, _ attribute: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        system.attribute(entry, attribute, buffer)
    }
}
