internal import CIntegrityShims
import Synchronization
import SystemPackage

/// A file without a name for what does not fit into memory; it is gone with its last user, however that ends.
final class ScratchFile: Sendable {
    private let descriptor: Int32
    private let folder: FilePath
    private let end = Atomic<UInt64>(0)

    /// - Throws: `unwritable` if no file can be made there.
    init(in folder: FilePath) throws(IntegrityError) {
        descriptor = unsafe folder.withPlatformString { unsafe coffer_scratch_file($0) }
        self.folder = folder
        if descriptor < 0 { throw Self.unwritable(folder, -descriptor) }
    }

    deinit { if descriptor >= 0 { coffer_close(descriptor) } }

    var byteCount: UInt64 { end.load(ordering: .acquiring) }

    /// Takes the next bytes of the file for one writer, from any thread.
    func reserve(_ byteCount: Int) -> UInt64 { end.add(UInt64(byteCount), ordering: .acquiringAndReleasing).oldValue }

    /// Writes to a place that was reserved.
    func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(IntegrityError) {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let result = unsafe coffer_write(descriptor, rest.baseAddress, rest.count, Int(position) + done)
            if result <= 0 { throw Self.unwritable(folder, Int32(result == 0 ? Int(Errno.ioError.rawValue) : -result)) }
            done += result
        }
    }

    /// Fills a buffer with what was written before.
    func read(_ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(IntegrityError) {
        var done = 0
        while done < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let result = unsafe coffer_read(descriptor, rest.baseAddress, rest.count, Int(position) + done)
            if result <= 0 {
                let errno = Errno(rawValue: CInt(result == 0 ? Int(Errno.ioError.rawValue) : -result))
                throw IntegrityError(.unreadable, "a temporary file in \(folder) cannot be read back: \(errno)", errno: errno)
            }
            done += result
        }
    }

    private static func unwritable(_ folder: FilePath, _ code: Int32) -> IntegrityError {
        let errno = Errno(rawValue: code)
        return IntegrityError(
            .unwritable, "a temporary file in \(folder) cannot be written: \(errno); name a folder with more room (TMPDIR)", errno: errno)
    }
}
