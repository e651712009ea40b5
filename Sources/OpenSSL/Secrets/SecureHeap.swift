import COpenSSL
import COpenSSLShims

/// The part of memory that secrets live in: locked against swapping, between guard pages, left out of core dumps, wiped on release.
///
/// It is OpenSSL's secure heap, so that libcrypto's own copies of private keys lie in it as well.
public enum SecureHeap {
    /// The size of the heap in bytes, a power of two. A wrapped 256-bit key takes 32 bytes of it, an RSA-4096 key in use about 4 KiB.
    public static let byteCount = 2 << 20

    /// The smallest piece that the heap hands out, in bytes.
    static let smallestAllocationByteCount = 32

    /// Reserves the heap. The first call does it, all later ones give the first one's result; any thread may call.
    ///
    /// The soft limit on locked memory (`ulimit -l`) is raised towards the hard one where it is too small.
    /// - Throws: `outOfSecureMemory` if the memory cannot be had, locked or guarded. Secrets are then refused rather than kept in
    ///   memory that may be written to a disk.
    public static func initialize() throws(OpenSSLError) {
        try reservation.get()
    }

    /// Keeps the memory of this process from other processes of the same user: no core dumps (RLIMIT_CORE 0) and no tracing
    /// (PR_SET_DUMPABLE 0). Under Linux it makes `/proc/self` belong to root, too.
    /// - Throws: `libraryFailure` with the system's error number.
    public static func hardenProcess() throws(OpenSSLError) {
        let operation = Operation("harden process")
        for (result, name) in [(coffer_forbid_core_dumps(), "setrlimit"), (coffer_forbid_tracing(), "prctl")] {
            try operation.require(result == 0, "\(name): errno \(result)", code: .libraryFailure)
        }
    }

    private static let reservation: Result<Void, OpenSSLError> = {
        let operation = Operation("reserve secure heap")
        if CRYPTO_secure_malloc_initialized() == 1 { return .success(()) }
        // A failure to raise the limit shows in the next call, which then cannot lock.
        _ = coffer_allow_locked_memory(byteCount)
        switch CRYPTO_secure_malloc_init(byteCount, smallestAllocationByteCount) {
        case 1:
            return .success(())
        case 2:
            // There is a heap, but it could not be locked or guarded.
            CRYPTO_secure_malloc_done()
            Operation.discardErrors()
            let reason = "\(byteCount >> 10) KiB cannot be locked: raise the limit on locked memory (ulimit -l)"
            return .failure(OpenSSLError(code: .outOfSecureMemory, operation: operation.name, reason: reason))
        default:
            return .failure(operation.failure(.outOfSecureMemory))
        }
    }()
}
