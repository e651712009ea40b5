/// One owner of an object that libcrypto made (a context, a key); frees it at the end of its life.
///
/// The pointer must not outlive the owner: use it only in calls made while the owner is alive.
@safe
struct Owned: ~Copyable {
    let pointer: OpaquePointer
    private let release: (OpaquePointer?) -> Void

    init(_ pointer: OpaquePointer, release: @escaping (OpaquePointer?) -> Void) {
        unsafe self.pointer = unsafe pointer
        unsafe self.release = unsafe release
    }

    deinit {
        unsafe release(pointer)
    }
}
