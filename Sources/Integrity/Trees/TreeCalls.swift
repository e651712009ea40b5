internal import CIntegrityShims
import SystemPackage

typealias EntryStatus = coffer_entry_status

/// What a walk and an examination ask the system for. Tests put something of their own in its place, which fails where they want it to.
///
/// Code that uses it is generic over it and not over an existential, so that the calls are direct ones in the end. Each call returns what
/// `CIntegrityShims` returns: what it is asked for, or the negated errno.
protocol TreeCalls: Sendable {
    func openRoot(_ path: UnsafePointer<CChar>) -> Int32
    func openFolder(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32
    func openFile(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32
    func readFolder(_ folder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int
    func status(_ descriptor: Int32, _ status: inout EntryStatus) -> Int32
    func status(_ folder: Int32, _ name: UnsafePointer<CChar>, _ status: inout EntryStatus) -> Int32
    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) -> Int
    func readLink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int
    func nextExtent(_ descriptor: Int32, from position: UInt64, hole: Bool) -> Int64
    func listAttributes(_ entry: EntryHandle, _ buffer: UnsafeMutableRawBufferPointer) -> Int
    func attribute(_ entry: EntryHandle, _ attribute: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int
}

/// An entry whose attributes are asked for.
@unsafe enum EntryHandle {
    case open(Int32)
    case named(folder: Int32, name: UnsafePointer<CChar>)
}

/// The system itself.
struct SystemTreeCalls: TreeCalls {
    func openRoot(_ path: UnsafePointer<CChar>) -> Int32 { unsafe coffer_open_root(path) }

    func openFolder(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 { unsafe coffer_open_folder(folder, name) }

    func openFile(_ folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 { unsafe coffer_open_file(folder, name) }

    func readFolder(_ folder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        unsafe coffer_read_folder(folder, buffer.baseAddress, buffer.count)
    }

    func status(_ descriptor: Int32, _ status: inout EntryStatus) -> Int32 { unsafe coffer_status(descriptor, &status) }

    func status(_ folder: Int32, _ name: UnsafePointer<CChar>, _ status: inout EntryStatus) -> Int32 {
        unsafe coffer_status_at(folder, name, &status)
    }

    func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) -> Int {
        unsafe coffer_read(descriptor, buffer.baseAddress, buffer.count, Int(position))
    }

    func readLink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        unsafe coffer_read_link(folder, name, buffer.baseAddress, buffer.count)
    }

    func nextExtent(_ descriptor: Int32, from position: UInt64, hole: Bool) -> Int64 {
        Int64(coffer_next_extent(descriptor, Int(position), hole ? 1 : 0))
    }

    func listAttributes(_ entry: EntryHandle, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch unsafe entry {
        case .open(let descriptor): unsafe coffer_list_attributes(descriptor, buffer.baseAddress, buffer.count)
        case .named(let folder, let name): unsafe coffer_list_attributes_at(folder, name, buffer.baseAddress, buffer.count)
        }
    }

    func attribute(_ entry: EntryHandle, _ attribute: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch unsafe entry {
        case .open(let descriptor): unsafe coffer_attribute(descriptor, attribute, buffer.baseAddress, buffer.count)
        case .named(let folder, let name):
            unsafe coffer_attribute_at(folder, name, attribute, buffer.baseAddress, buffer.count)
        }
    }
}
