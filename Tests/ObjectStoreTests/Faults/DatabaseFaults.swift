import CFaultyVFS
import Foundation
import Synchronization
import TestSupport

/// Lets the file operations of the databases in one folder fail. It must be there before they are opened.
final class DatabaseFaults: Sendable {
    struct Operations: OptionSet, Hashable, Sendable, CustomStringConvertible {
        let rawValue: CInt

        static let read = Self(rawValue: CInt(FAULTY_READ))
        static let write = Self(rawValue: CInt(FAULTY_WRITE))
        static let synchronize = Self(rawValue: CInt(FAULTY_SYNC))
        static let truncate = Self(rawValue: CInt(FAULTY_TRUNCATE))
        static let open = Self(rawValue: CInt(FAULTY_OPEN))
        static let delete = Self(rawValue: CInt(FAULTY_DELETE))
        static let sharedMemory = Self(rawValue: CInt(FAULTY_SHARED_MEMORY))
        static let changing: Self = [.write, .synchronize, .truncate, .open, .delete, .sharedMemory]

        private static let names: [(Self, String)] = [
            (.read, "read"), (.write, "write"), (.synchronize, "sync"), (.truncate, "truncate"), (.open, "open"), (.delete, "delete"),
            (.sharedMemory, "shared memory"),
        ]
        var description: String { Self.names.filter { contains($0.0) }.map(\.1).joined(separator: ", ") }
    }

    typealias Observer = @Sendable (_ operation: Operations, _ isDone: Bool, _ path: String) -> Void

    /// Guarded by a lock of its own, in C.
    nonisolated(unsafe) private let watch: OpaquePointer
    private let observer: ObserverBox?

    private final class ObserverBox: Sendable {
        let call: Observer
        init(_ call: @escaping Observer) { self.call = call }
    }

    /// - Parameter observer: called before each operation, and after each that succeeded; not for mapped memory, and only before a failure
    ///   is decided about.
    init(in folder: URL, observer: Observer? = nil) {
        guard let watch = faulty_watch(folder.path + "/") else { preconditionFailure("there is memory for a watch") }
        self.watch = watch
        self.observer = observer.map(ObserverBox.init)
        guard let box = self.observer else { return }
        let context = Unmanaged.passUnretained(box).toOpaque()
        faulty_observe(
            watch,
            { context, operation, isDone, path in
                guard let context, let path else { return }
                let box = Unmanaged<ObserverBox>.fromOpaque(context).takeUnretainedValue()
                box.call(Operations(rawValue: operation), isDone != 0, String(cString: path))
            }, context)
    }

    deinit { faulty_unwatch(watch) }

    /// Lets the n-th of these operations from now on fail; 0 for none.
    func arm(failAt number: Int, of operations: Operations = .changing, isFull: Bool = false, isLasting: Bool = false) {
        faulty_arm(watch, CInt(number), operations.rawValue, isFull ? 1 : 0, isLasting ? 1 : 0)
    }

    func disarm() { arm(failAt: 0, of: []) }

    /// How many were counted since it was armed.
    var count: Int { Int(faulty_count(watch)) }
    /// What failed first; nil if it did not come to that.
    var failed: Operations? {
        let operation = faulty_failed(watch)
        return operation == 0 ? nil : Operations(rawValue: operation)
    }
}
