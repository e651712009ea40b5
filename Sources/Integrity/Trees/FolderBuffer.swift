#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the system writes the names of a folder into, record by record (`linux_dirent64`).
@safe final class FolderBuffer {
    /// Of all file systems; Linux has a maximum of 255, but some systems in user space know longer ones.
    static let maximumNameByteCount = 1024
    private static let byteCount = 256 << 10
    private static let nameOffset = 19

    let bytes: UnsafeMutableRawBufferPointer

    init() { unsafe bytes = .allocate(byteCount: Self.byteCount, alignment: 16) }

    deinit { unsafe bytes.deallocate() }

    /// A name in the buffer.
    @unsafe struct Name {
        let inode: UInt64
        /// `d_type`.
        let type: UInt8
        /// Without the zero byte that stands behind it.
        let bytes: UnsafeRawBufferPointer
        let next: Int
    }

    /// The name whose record is at an offset; nil if the record is not whole.
    func name(at offset: Int, of count: Int) -> Name? {
        guard count - offset > Self.nameOffset else { return nil }
        let inode = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let next = unsafe offset + Int(bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
        let start = offset + Self.nameOffset
        guard next > start, next <= count, let base = unsafe bytes.baseAddress else { return nil }
        let length = unsafe strnlen((base + start).assumingMemoryBound(to: CChar.self), next - start)
        guard length < next - start else { return nil }
        return unsafe Name(
            inode: inode, type: bytes[offset + 18], bytes: UnsafeRawBufferPointer(start: base + start, count: length), next: next)
    }
}
