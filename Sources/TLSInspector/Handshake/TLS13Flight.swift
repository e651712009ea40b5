/// What a server of TLS 1.3 says up to its Finished message, decrypted.
struct TLS13Flight: Sendable, Hashable {
    var serverHello: ServerHello
    /// What came before it, if the server wanted another group.
    var helloRetryRequest: ServerHello?
    var group: NamedGroup
    var encryptedExtensions: EncryptedExtensions
    var certificateRequest: CertificateRequest13?
    /// At least one certificate.
    var certificate: CertificateMessage13
    /// What CertificateVerify is signed with. The signature is not checked: no trust rests on this connection.
    var signatureScheme: TLSSignatureScheme
    /// Whether the server's Finished fits what was said: whoever answered knows the keys, and nobody on the path has changed a byte.
    var isFinishedVerified: Bool
}
