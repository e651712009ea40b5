import COpenSSL

/// A PKCS#12 file on its way through libcrypto.
///
/// It has a library context of its own, in which the legacy provider is loaded where it is installed: files of old tools are encrypted
/// with 40-bit RC2, and nothing else in the process shall get at such ciphers.
@safe
struct PKCS12File: ~Copyable {
    private let file: OpaquePointer
    private let providers: LegacyProviders

    init(der: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read PKCS#12")
        try operation.require(der.count <= PKCS12Contents.maximumByteCount, "more than \(PKCS12Contents.maximumByteCount) bytes")
        let providers = try LegacyProviders()
        var readCount = 0
        // What is read into it inherits its library context.
        var target = unsafe PKCS12_init_ex(NID_pkcs7_data, providers.context, nil)
        let parsed = unsafe der.withUnsafeBytes { buffer -> OpaquePointer? in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            // On failure libcrypto frees what it was given.
            let result = unsafe d2i_PKCS12(&target, &position, buffer.count)
            if let start = unsafe start, let position = unsafe position { readCount = unsafe position - start }
            return unsafe result
        }
        let file = try unsafe operation.check(parsed, else: .invalidInput)
        Operation.discardErrors()
        guard readCount == der.count else {
            unsafe PKCS12_free(file)
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "there are bytes behind it")
        }
        self.providers = providers
        unsafe self.file = unsafe file
    }

    deinit {
        // Before its library context, which goes when this is done.
        unsafe PKCS12_free(file)
    }

    borrowing func contents(_ passphrase: Passphrase) throws(PKCS12Contents.Refusal) -> PKCS12Contents {
        var contents = PKCS12Contents()
        // Without a passphrase two are possible: none, and the empty one.
        var accepted = unsafe passphrase
        if unsafe PKCS12_mac_present(file) == 1 {
            try checkIterations()
            if let fitting = unsafe fitting(passphrase) {
                unsafe accepted = unsafe fitting
                contents.isIntegrityChecked = true
            } else if unsafe passphrase.isGiven {
                throw .wrongPassphrase
            }
        }
        guard let safes = unsafe PKCS12_unpack_authsafes(file) else {
            throw .broken(Operation("read the content of PKCS#12").failure(.invalidInput))
        }
        defer { unsafe OPENSSL_sk_pop_free(safes) { unsafe PKCS7_free($0?.assumingMemoryBound(to: PKCS7.self)) } }
        var reader = unsafe PKCS12Reader(passphrase: accepted, hasLegacy: providers.hasLegacy, isChecked: contents.isIntegrityChecked)
        try unsafe X509Stack(safes).forEach { (safe) throws(PKCS12Contents.Refusal) in
            try unsafe reader.read(safe.assumingMemoryBound(to: PKCS7.self))
        }
        contents.items = reader.items
        Operation.discardErrors()
        return contents
    }

    private borrowing func fitting(_ passphrase: Passphrase) -> Passphrase? {
        defer { Operation.discardErrors() }
        if unsafe passphrase.count > 0 {
            let fits = unsafe PKCS12_verify_mac(file, passphrase.start, Int32(clamping: passphrase.count)) == 1
            return unsafe fits ? passphrase : nil
        }
        if unsafe PKCS12_verify_mac(file, nil, 0) == 1 { return unsafe Passphrase(start: nil, count: 0, isGiven: true) }
        let empty: StaticString = ""
        if unsafe PKCS12_verify_mac(file, empty.cString, 0) == 1 {
            return unsafe Passphrase(start: empty.cString, count: 0, isGiven: true)
        }
        return nil
    }

    private borrowing func checkIterations() throws(PKCS12Contents.Refusal) {
        var count: UnsafePointer<ASN1_INTEGER>?
        unsafe PKCS12_get0_mac(nil, nil, nil, &count, file)
        guard let count = unsafe count else { return }
        let number = unsafe ASN1_INTEGER_get(count)
        guard number >= 1, number <= PKCS12Contents.maximumIterationCount else {
            let reason = "the check over the file has \(number) rounds, 1 to \(PKCS12Contents.maximumIterationCount) are allowed"
            throw .broken(OpenSSLError(code: .invalidInput, operation: "read PKCS#12", reason: reason))
        }
    }
}
