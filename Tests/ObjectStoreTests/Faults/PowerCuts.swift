import Foundation
import KeyStore
import Synchronization
import SystemPackage
import TestSupport

@testable import ObjectStore

/// What is left of a store's folder when the power goes, at each call that changes something: once with all that was written, and once
/// with nothing but what was waited for.
final class PowerCuts: Sendable {
    struct Cut: Sendable {
        let left: StoreCopy
        /// Operations that were acknowledged before.
        let acknowledged: Int
        let title: String
    }

    private struct State {
        var cuts: [Cut] = []
        var acknowledged = 0
        /// Files whose bytes were waited for.
        var synchronized: Set<UInt64> = []
        var isDiskChanged = true
        var failure: (any Error)?
        var isRunning = false
    }

    let store: StoreCopy
    /// Only what was waited for: bytes by a synchronization of their file, names by one of their folder.
    private let disk: StoreCopy
    private let state = Mutex(State())

    /// - Parameter store: not open yet; everything in it is on the disk.
    init(_ store: StoreCopy) throws {
        self.store = store
        disk = try store.copy()
    }

    var cuts: [Cut] { state.withLock { $0.cuts } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    func start() { state.withLock { $0.isRunning = true } }
    func acknowledge() {
        state.withLock { state in
            state.acknowledged += 1
            state.isDiskChanged = true
        }
    }
    func stop() { state.withLock { $0.isRunning = false } }

    // MARK: What happens

    func databaseFaults() -> DatabaseFaults {
        DatabaseFaults(in: store.folder) { [self] operation, isDone, path in
            guard operation != .read else { return }
            if !isDone { cut("database \(operation)") } else if operation == .synchronize { keepDatabaseFile(path) }
        }
    }

    func blobFaults() -> BlobFaults {
        BlobFaults { [self] call, isDone, descriptor in
            guard call.isChanging else { return }
            if !isDone { cut("blob \(call)") } else if let descriptor { keep(descriptor) }
        }
    }

    private func noting(_ body: (inout State) throws -> Void) {
        state.withLock { state in
            do { try body(&state) } catch { state.failure = state.failure ?? error }
        }
    }

    private func cut(_ title: String) {
        noting { state in
            guard state.isRunning else { return }
            state.cuts.append(Cut(left: try store.copy(), acknowledged: state.acknowledged, title: "all written, \(title)"))
            guard state.isDiskChanged else { return }
            state.isDiskChanged = false
            state.cuts.append(Cut(left: try disk.copy(), acknowledged: state.acknowledged, title: "only waited for, \(title)"))
        }
    }

    private func keepDatabaseFile(_ path: String) {
        noting { state in
            let name = String(path.split(separator: "/").last ?? "")
            try Self.replace(disk.folder.appendingPathComponent(name), by: URL(fileURLWithPath: path))
            state.isDiskChanged = true
        }
    }

    /// A file, or the names in a folder.
    private func keep(_ descriptor: FileDescriptor) {
        noting { state in
            let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor.rawValue)")
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            state.isDiskChanged = true
            let source = URL(fileURLWithPath: path)
            let target = disk.folder.appendingPathComponent(String(path.dropFirst(store.folder.path.count)))
            guard status.st_mode & S_IFMT == S_IFDIR else {
                state.synchronized.insert(UInt64(status.st_ino))
                if FileManager.default.fileExists(atPath: target.path) { try Self.replace(target, by: source) }
                return
            }
            guard path.hasPrefix(store.folder.path + "/objects"), FileManager.default.fileExists(atPath: target.path) else { return }
            try keepNames(source, target, state.synchronized)
        }
    }

    private func keepNames(_ source: URL, _ target: URL, _ synchronized: Set<UInt64>) throws {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: source.path))
        let kept = Set(try FileManager.default.contentsOfDirectory(atPath: target.path))
        for name in kept.subtracting(names) { try FileManager.default.removeItem(at: target.appendingPathComponent(name)) }
        for name in names.subtracting(kept) {
            let (from, to) = (source.appendingPathComponent(name), target.appendingPathComponent(name))
            var status = stat()
            guard stat(from.path, &status) == 0 else { throw Errno(rawValue: errno) }
            if status.st_mode & S_IFMT == S_IFDIR {
                try FileManager.default.createDirectory(at: to, withIntermediateDirectories: false)
            } else if synchronized.contains(UInt64(status.st_ino)) {
                try FileManager.default.copyItem(at: from, to: to)
            } else {
                // A name without the bytes.
                try Data().write(to: to)
            }
        }
    }

    private static func replace(_ target: URL, by source: URL) throws { try Data(contentsOf: source).write(to: target) }
}
