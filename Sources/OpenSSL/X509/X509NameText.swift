import COpenSSL

/// A distinguished name as text (RFC 4514), and the one attribute that clients look at.
public struct X509NameText: Sendable, Hashable {
    /// `CN=example.com,O=Example`: UTF-8 stays, control characters become `\0A`.
    public let text: String
    /// The last one, which is the most specific.
    public let commonName: String?

    /// - Throws: `invalidInput` for a NUL in any attribute, which C programs read as its end (CVE-2009-2408), or for text that is none.
    init(_ name: OpaquePointer?, _ what: String) throws(OpenSSLError) {
        let operation = Operation("read \(what) name")
        let name = try unsafe operation.check(name)
        var commonName: String?
        for index in unsafe 0..<X509_NAME_entry_count(name) {
            let entry = unsafe X509_NAME_get_entry(name, index)
            guard let text = try unsafe Self.text(X509_NAME_ENTRY_get_data(entry), operation) else { continue }
            try operation.require(!text.utf8.contains(0), "a NUL is in the name")
            if unsafe OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName { commonName = text }
        }
        self.commonName = commonName
        text = try unsafe Self.print(name, operation)
    }

    /// As UTF-8; nil for values that are no text, as a BIT STRING.
    private static func text(_ string: UnsafePointer<ASN1_STRING>?, _ operation: Operation) throws(OpenSSLError) -> String? {
        let types: Set<Int32> = [
            V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING, V_ASN1_IA5STRING, V_ASN1_UNIVERSALSTRING, V_ASN1_BMPSTRING,
            V_ASN1_NUMERICSTRING, V_ASN1_VISIBLESTRING,
        ]
        guard let string = unsafe string, unsafe types.contains(ASN1_STRING_type(string)) else { return nil }
        var utf8: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&utf8, string)
        guard count >= 0 else { throw operation.failure(.invalidInput) }
        defer { unsafe CRYPTO_free(utf8, nil, 0) }
        return unsafe String(decoding: UnsafeBufferPointer(start: utf8, count: Int(count)), as: UTF8.self)
    }

    private static func print(_ name: OpaquePointer, _ operation: Operation) throws(OpenSSLError) -> String {
        let output = try unsafe Owned(operation.check(BIO_new(BIO_s_mem())), release: { unsafe BIO_free_all($0) })
        guard unsafe X509_NAME_print_ex(output.pointer, name, 0, printFlags) >= 0 else { throw operation.failure(.invalidInput) }
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(output.pointer))
        guard !bytes.isEmpty else { return "" }
        var count = 0
        let result = unsafe bytes.withUnsafeMutableBytes { unsafe BIO_read_ex(output.pointer, $0.baseAddress, $0.count, &count) }
        guard result == 1, count == bytes.count else { throw operation.failure(.libraryFailure) }
        return escaped(String(decoding: bytes, as: UTF8.self))
    }

    /// What RFC 4514 §2.4 allows to be escaped as `\` and the bytes in hexadecimal: what acts on a terminal instead of being shown.
    private static func escaped(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            let isHidden =
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: true
                default: scalar.properties.isBidiControl || scalar.properties.isNoncharacterCodePoint
                }
            guard isHidden else {
                visible.unicodeScalars.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 { visible += "\\" + Hexadecimal.text([byte]).uppercased() }
        }
        return visible
    }

    /// XN_FLAG_RFC2253 without ASN1_STRFLGS_ESC_MSB, which would escape all that is not ASCII: the macros have casts.
    private static let printFlags: UInt = {
        let escapes: UInt = 0x01 | 0x02 | 0x10  // ESC_2253, ESC_CTRL, UTF8_CONVERT
        let dumps: UInt = 0x100 | 0x200 | 1 << 24  // DUMP_UNKNOWN, DUMP_DER, DUMP_UNKNOWN_FIELDS
        return escapes | dumps | 1 << 16 | 1 << 20  // SEP_COMMA_PLUS, DN_REV
    }()
}
