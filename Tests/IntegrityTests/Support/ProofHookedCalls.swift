import CIntegrityShims
import Foundation
import Synchronization

@testable import Integrity

/// The system's calls, before each of which a test may do something, or let it fail.
struct ProofHookedCalls: TreeCalls {
    enum Call: Hashable, CaseIterable {
        case openRoot, openFolder, openFile, readFolder, status, read, readLink, nextExtent, listAttributes, attribute
    }

    private let system = SystemTreeCalls()
    /// Gets the call and the last name of what it is about; returns an errno for a call that is to fail, else 0.
    let before: @Sendable (Call, String) -> Int32

    private func name(_ descriptor: Int32) -> String {
        var text = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(descriptor)", &text, text.count)
        let path = String(decoding: text[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").last.map(String.init) ?? ""
    }

    private func pass<I: SignedInteger>(_ call: Call, _ name: String, _ body: () -> I) -> I {
        let errno = before(call, name)
        return errno == 0 ? body() : -I(errno)
    }

    func openRoot(_ path: UnsafePointer<CChar>) -> Int32 { pass(.openRoot, "") { system.openRoot(path) } }

    func openFolder(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        pass(.openFolder, String(cString: name)) { system.openFolder(folder, name) }
    }

    func openFile(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        pass(.openFile, String(cString: name)) { system.openFile(folder, name) }
    }

    func readFolder(_ folder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        pass(.readFolder, name(folder)) { system.readFolder(folder, buffer) }
    }

    func status(_ descriptor: Int32, _ status: inout EntryStatus) -> Int32 {
        pass(.status, name(descriptor)) { system.status(descriptor, &status) }
    }

    func status(_ folder: Int32, _ name: UnsafePointer<CChar>, _ status: inout EntryStatus) -> Int32 {
        pass(.status, String(cString: name)) { system.status(folder, name, &status) }
    }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) -> Int {
        pass(.read, name(descriptor)) { system.read(descriptor, buffer, at: position) }
    }

    func readLink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        pass(.readLink, String(cString: name)) { system.readLink(folder, name, buffer) }
    }

    func nextExtent(_ descriptor: Int32, from position: UInt64, hole: Bool) -> Int64 {
        pass(.nextExtent, name(descriptor)) { system.nextExtent(descriptor, from: position, hole: hole) }
    }

    func listAttributes(_ entry: EntryHandle, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        pass(.listAttributes, "") { system.listAttributes(entry, buffer) }
    }

    func attribute(_ entry: EntryHandle, _ attribute: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        pass(.attribute, String(cString: attribute)) { system.attribute(entry, attribute, buffer) }
    }
}

/// Lets the n-th call fail.
final class ProofCallCounter: Sendable {
    private struct State {
        var count = 0
        var failed: ProofHookedCalls.Call?
    }

    private let state = Mutex(State())
    private let failAt: Int
    private let errno: Int32

    /// - Parameter failAt: from 1; 0 for none.
    init(failAt: Int = 0, errno: Int32 = 0) { (self.failAt, self.errno) = (failAt, errno) }

    var count: Int { state.withLock { $0.count } }
    var failed: ProofHookedCalls.Call? { state.withLock { $0.failed } }

    var calls: ProofHookedCalls {
        ProofHookedCalls { [self] call, _ in
            state.withLock { state in
                state.count += 1
                guard state.count == failAt else { return 0 }
                state.failed = call
                return errno
            }
        }
    }
}
