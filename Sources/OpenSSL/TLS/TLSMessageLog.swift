import COpenSSL

/// What libssl tells about the messages of one connection, and nothing else would.
final class TLSMessageLog {
    /// No server asks for a certificate or gives tickets more often.
    static let maximumMessageCount = 16

    /// Bodies of CertificateRequest messages.
    private(set) var certificateRequests: [[UInt8]] = []
    private(set) var receivedAlerts: [TLSClientSession.Alert] = []
    private(set) var sentAlerts: [TLSClientSession.Alert] = []

    /// Takes what libssl shows. Other kinds of records are shown too and passed over.
    func add(isSent: Bool, contentType: Int32, _ bytes: UnsafeRawBufferPointer) {
        if contentType == SSL3_RT_ALERT, bytes.count == 2 {
            let alert = unsafe TLSClientSession.Alert(level: bytes[0], code: bytes[1])
            if isSent, sentAlerts.count < Self.maximumMessageCount { sentAlerts.append(alert) }
            if !isSent, receivedAlerts.count < Self.maximumMessageCount { receivedAlerts.append(alert) }
        }
        let isRequest = contentType == SSL3_RT_HANDSHAKE && !isSent && bytes.count >= 4
        // A type of one byte and a length of three stand in front.
        if unsafe isRequest && Int32(bytes[0]) == SSL3_MT_CERTIFICATE_REQUEST, certificateRequests.count < Self.maximumMessageCount {
            unsafe certificateRequests.append(Array(bytes.dropFirst(4)))
        }
    }
}
