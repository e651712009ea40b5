import CIntegrityShims
import Foundation
import Synchronization

@testable import Integrity

/// What is to go wrong, by the name of the entry, and what was asked for.
final class TreeFaults: Sendable {
    struct State {
        fileprivate var names: [Int32: String] = [:]
        /// Errors of opening.
        var opening: [String: Int32] = [:]
        /// Errors of reading names: after so many calls that went well.
        var listing: [String: (after: Int, errno: Int32)] = [:]
        /// Errors of reading bytes.
        var reading: [(name: String, range: Range<UInt64>, errno: Int32)] = []
        /// Errors of the n-th call for any status.
        var status: [String: Int32] = [:]
        var hidesTypes = false
        var devices: [String: UInt64] = [:]
        /// Called before an entry is opened, before the n-th status of an open file, and before a file is read.
        var beforeOpening: [String: @Sendable () throws -> Void] = [:]
        var beforeStatus: [String: @Sendable (Int) throws -> Void] = [:]
        var beforeReading: [String: @Sendable (UInt64) throws -> Void] = [:]

        fileprivate(set) var openedFiles: [String] = []
        fileprivate(set) var readByteCount: [String: Int] = [:]
        fileprivate(set) var attributeListCount = 0
        fileprivate var listCount: [String: Int] = [:]
        fileprivate var statusCount: [String: Int] = [:]
    }

    private let state = Mutex(State())

    init(_ configure: (inout State) -> Void = { _ in }) { state.withLock { configure(&$0) } }

    func withState<R: Sendable>(_ body: (inout State) -> R) -> R { state.withLock { body(&$0) } }
}

/// The system, but for what is to go wrong.
struct FaultyTreeCalls: TreeCalls {
    private let system = SystemTreeCalls()
    let faults: TreeFaults

    func openRoot(_ path: UnsafePointer<CChar>) -> Int32 { remember(system.openRoot(path), "") }

    func openFolder(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        let text = String(cString: name)
        run(faults.withState { $0.beforeOpening[text] })
        if let errno = faults.withState({ $0.opening[text] }) { return -errno }
        return remember(system.openFolder(folder, name), text)
    }

    func openFile(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        let text = String(cString: name)
        run(faults.withState { $0.beforeOpening[text] })
        faults.withState { $0.openedFiles.append(text) }
        if let errno = faults.withState({ $0.opening[text] }) { return -errno }
        return remember(system.openFile(folder, name), text)
    }

    func readFolder(_ folder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let name = name(folder)
        let fault = faults.withState { state in
            let count = state.listCount[name, default: 0]
            state.listCount[name] = count + 1
            return state.listing[name].flatMap { count >= $0.after ? $0.errno : nil }
        }
        if let fault { return -Int(fault) }
        let count = system.readFolder(folder, buffer)
        if faults.withState({ $0.hidesTypes }) { hideTypes(UnsafeMutableRawBufferPointer(rebasing: buffer[..<max(0, count)])) }
        return count
    }

    func status(_ descriptor: Int32, _ status: inout EntryStatus) -> Int32 {
        let name = name(descriptor)
        let (hook, count) = faults.withState { state in
            state.statusCount[name, default: 0] += 1
            return (state.beforeStatus[name], state.statusCount[name, default: 0])
        }
        run { try hook?(count) }
        if let errno = faults.withState({ $0.status[name] }) { return -errno }
        let result = system.status(descriptor, &status)
        if let device = faults.withState({ $0.devices[name] }) { status.device = device }
        return result
    }

    func status(_ folder: Int32, _ name: UnsafePointer<CChar>, _ status: inout EntryStatus) -> Int32 {
        if let errno = faults.withState({ $0.status[String(cString: name)] }) { return -errno }
        return system.status(folder, name, &status)
    }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) -> Int {
        let name = name(descriptor)
        let hook = faults.withState { $0.beforeReading[name] }
        run { try hook?(position) }
        let wanted = position..<position + UInt64(buffer.count)
        let fault = faults.withState { $0.reading.first { $0.name == name && $0.range.overlaps(wanted) } }
        if let fault {
            if fault.range.contains(position) { return -Int(fault.errno) }
            // As far as it goes: the next call meets the fault.
            let count = Int(fault.range.lowerBound - position)
            return system.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: position)
        }
        let count = system.read(descriptor, buffer, at: position)
        faults.withState { $0.readByteCount[name, default: 0] += max(0, count) }
        return count
    }

    func readLink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        system.readLink(folder, name, buffer)
    }

    func nextExtent(_ descriptor: Int32, from position: UInt64, hole: Bool) -> Int64 {
        system.nextExtent(descriptor, from: position, hole: hole)
    }

    func listAttributes(_ entry: EntryHandle, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        faults.withState { $0.attributeListCount += 1 }
        return system.listAttributes(entry, buffer)
    }

    func attribute(_ entry: EntryHandle, _ attribute: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        system.attribute(entry, attribute, buffer)
    }

    private func remember(_ descriptor: Int32, _ name: String) -> Int32 {
        if descriptor >= 0 { faults.withState { $0.names[descriptor] = name } }
        return descriptor
    }

    private func name(_ descriptor: Int32) -> String { faults.withState { $0.names[descriptor] ?? "?" } }

    private func run(_ hook: (() throws -> Void)?) {
        do { try hook?() } catch { fatalError("a test cannot do what it wants to do: \(error)") }
    }

    /// Many file systems do not say in a folder what its entries are.
    private func hideTypes(_ records: UnsafeMutableRawBufferPointer) {
        var offset = 0
        while offset < records.count {
            records[offset + 18] = 0
            offset += Int(records.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
        }
    }
}
