internal import CIntegrityShims

/// An open folder, which the walk and whoever examines its entries share. The last of them closes it.
final class FolderHandle: Sendable {
    let descriptor: Int32
    /// When it was opened.
    let status: EntryStatus

    /// Takes over a descriptor.
    init(_ descriptor: Int32, _ status: EntryStatus) {
        self.descriptor = descriptor
        self.status = status
    }

    deinit { coffer_close(descriptor) }
}
