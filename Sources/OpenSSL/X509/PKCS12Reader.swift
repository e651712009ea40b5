import COpenSSL

/// Collects the bags of a PKCS#12 file.
@safe
struct PKCS12Reader {
    let passphrase: Passphrase
    let hasLegacy: Bool
    /// Whether the passphrase is known to be right.
    let isChecked: Bool
    private(set) var items: [PKCS12Contents.Named] = []

    private static let operation = Operation("read the content of PKCS#12")

    init(passphrase: Passphrase, hasLegacy: Bool, isChecked: Bool) {
        unsafe self.passphrase = unsafe passphrase
        self.hasLegacy = hasLegacy
        self.isChecked = isChecked
    }

    mutating func read(_ safe: UnsafeMutablePointer<PKCS7>) throws(PKCS12Contents.Refusal) {
        let bags: OpaquePointer?
        switch unsafe OBJ_obj2nid(safe.pointee.type) {
        case NID_pkcs7_data:
            unsafe bags = unsafe PKCS12_unpack_p7data(safe)
            guard unsafe bags != nil else { throw .broken(Self.operation.failure(.invalidInput)) }
        case NID_pkcs7_encrypted: unsafe bags = try unsafe decrypt(safe)
        default:
            let name = unsafe ASN1Value.longName(safe.pointee.type)
            throw .unsupported("\(name) is encrypted for a certificate, not with a passphrase")
        }
        defer { unsafe OPENSSL_sk_pop_free(bags) { unsafe PKCS12_SAFEBAG_free(OpaquePointer($0)) } }
        try unsafe collect(bags, depth: 0)
    }

    private func decrypt(_ safe: UnsafeMutablePointer<PKCS7>) throws(PKCS12Contents.Refusal) -> OpaquePointer? {
        try unsafe checkWork(safe)
        // Also without a passphrase: the empty one may fit.
        if let bags = unsafe PKCS12_unpack_p7encdata(safe, passphrase.start, Int32(clamping: passphrase.count)) {
            return unsafe bags
        }
        let failure = Self.operation.failure(.invalidInput)
        let isUnsupported = ["unsupported", "unknown", "not found"].contains { failure.reason.contains($0) }
        if isUnsupported, unsafe isChecked || passphrase.isGiven {
            throw .unsupported(hasLegacy ? failure.reason : "\(failure.reason); the legacy provider of libcrypto is not installed")
        }
        guard unsafe passphrase.isGiven else { throw .passphraseNeeded }
        if isChecked { throw .broken(failure) }
        throw .wrongPassphrase
    }

    /// No number in the parameters of the cipher may be so large that it costs minutes: rounds stand there, as integers.
    private func checkWork(_ safe: UnsafeMutablePointer<PKCS7>) throws(PKCS12Contents.Refusal) {
        guard let algorithm = unsafe safe.pointee.d.encrypted?.pointee.enc_data?.pointee.algorithm else {
            throw .broken(OpenSSLError(code: .invalidInput, operation: Self.operation.name, reason: "there is no algorithm"))
        }
        let der: [UInt8]
        do {
            der = try unsafe ASN1Value.der(Self.operation) { unsafe i2d_X509_ALGOR(algorithm, $0) }
        } catch {
            throw .broken(error)
        }
        guard ASN1Integers(der).areAtMost(PKCS12Contents.maximumIterationCount) else {
            let reason = "its key takes more than \(PKCS12Contents.maximumIterationCount) rounds to derive"
            throw .broken(OpenSSLError(code: .invalidInput, operation: Self.operation.name, reason: reason))
        }
    }

    private mutating func collect(_ bags: OpaquePointer?, depth: Int) throws(PKCS12Contents.Refusal) {
        guard depth <= PKCS12Contents.maximumDepth else {
            let reason = "bags within bags, more than \(PKCS12Contents.maximumDepth) deep"
            throw .broken(OpenSSLError(code: .invalidInput, operation: Self.operation.name, reason: reason))
        }
        try unsafe X509Stack(bags).forEach { (element) throws(PKCS12Contents.Refusal) in
            guard items.count < PKCS12Contents.maximumItemCount else {
                let reason = "more than \(PKCS12Contents.maximumItemCount) bags"
                throw .broken(OpenSSLError(code: .invalidInput, operation: Self.operation.name, reason: reason))
            }
            let bag = OpaquePointer(element)
            if unsafe PKCS12_SAFEBAG_get_nid(bag) == NID_safeContentsBag {
                try unsafe collect(PKCS12_SAFEBAG_get0_safes(bag), depth: depth + 1)
            } else {
                items.append(PKCS12Contents.Named(alias: unsafe Self.alias(bag), item: try unsafe item(bag)))
            }
        }
    }

    private func item(_ bag: OpaquePointer) throws(PKCS12Contents.Refusal) -> PKCS12Contents.Item {
        do {
            return try unsafe Self.content(of: bag)
        } catch {
            throw .broken(error)
        }
    }

    private static func content(of bag: OpaquePointer) throws(OpenSSLError) -> PKCS12Contents.Item {
        switch unsafe PKCS12_SAFEBAG_get_nid(bag) {
        case NID_keyBag, NID_pkcs8ShroudedKeyBag: return .key
        case NID_certBag where unsafe PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate:
            let certificate = try unsafe Owned(operation.check(PKCS12_SAFEBAG_get1_cert(bag), else: .invalidInput), release: X509_free)
            return .certificate(try unsafe ASN1Value.der(operation) { unsafe i2d_X509(certificate.pointer, $0) })
        case NID_crlBag where unsafe PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Crl:
            let list = try unsafe Owned(operation.check(PKCS12_SAFEBAG_get1_crl(bag), else: .invalidInput), release: X509_CRL_free)
            return .revocationList(try unsafe ASN1Value.der(operation) { unsafe i2d_X509_CRL(list.pointer, $0) })
        default: return unsafe .other(ASN1Value.longName(PKCS12_SAFEBAG_get0_type(bag)))
        }
    }

    private static func alias(_ bag: OpaquePointer) -> String? {
        guard let text = unsafe PKCS12_get_friendlyname(bag) else { return nil }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        return unsafe String(cString: text)
    }
}
