import COpenSSL

/// A session that can be taken up again on another connection of this process. Its secrets stay inside libssl.
///
/// Unchecked, because it holds a C pointer: an SSL_SESSION that is not in any cache is only read once it has been made; its reference count
/// is atomic.
@safe
public final class TLSSession: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit { unsafe SSL_SESSION_free(pointer) }

    /// What a server that keeps sessions calls it by; empty if it does not.
    public var identifier: [UInt8] {
        var count: UInt32 = 0
        let start = unsafe SSL_SESSION_get_id(pointer, &count)
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    public var hasTicket: Bool { unsafe SSL_SESSION_has_ticket(pointer) == 1 }

    /// What the server gave to be taken up with; it is opaque, and public once it is used. Nil if there is none.
    public var ticket: [UInt8]? {
        var start: UnsafePointer<UInt8>?
        var count = 0
        unsafe SSL_SESSION_get0_ticket(pointer, &start, &count)
        guard count > 0 else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Seconds, as the server hinted; 0 if it did not.
    public var ticketLifetime: UInt32 { unsafe UInt32(clamping: SSL_SESSION_get_ticket_lifetime_hint(pointer)) }

    /// Bytes of early data that the server would take with it (RFC 8446 §4.2.10).
    public var maximumEarlyData: UInt32 { unsafe SSL_SESSION_get_max_early_data(pointer) }

    /// Whether it can be taken up again at all.
    public var isResumable: Bool { unsafe SSL_SESSION_is_resumable(pointer) == 1 }
}
