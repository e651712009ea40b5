/// The name of an entry with a zero byte behind it, as the system wants it.
@safe struct NameBuffer: ~Copyable {
    private let bytes: UnsafeMutableRawBufferPointer

    init() { unsafe bytes = .allocate(byteCount: FolderBuffer.maximumNameByteCount + 1, alignment: 1) }

    deinit { unsafe bytes.deallocate() }

    /// - Returns: the name, which stays until the next call; nil for one that no folder has.
    mutating func set(_ entry: WalkedEntry) -> UnsafePointer<CChar>? {
        let count = entry.path.count - entry.nameStart
        guard unsafe count < bytes.count, let base = unsafe bytes.baseAddress else { return nil }
        unsafe entry.path.withUnsafeBytes { unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[entry.nameStart...])) }
        unsafe bytes[count] = 0
        return unsafe UnsafePointer(base.assumingMemoryBound(to: CChar.self))
    }
}
