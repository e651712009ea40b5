internal import CIntegrityShims

/// A descriptor with one owner.
struct OpenedFile: ~Copyable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { coffer_close(descriptor) }
}
