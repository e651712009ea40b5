/// Reads the entries of a keystore, in the format of java.io.DataOutput.
struct JavaKeystoreReader {
    static let maximumEntryCount = CertificateContainer.maximumItemCount
    /// Longer chains are not verified by anybody.
    static let maximumChainCount = 100
    static let maximumCertificateByteCount = CertificateFacts.maximumByteCount

    private var reader: ByteReader
    private let kind: CertificateFile.Kind
    private var itemCount = 0

    init(_ bytes: ArraySlice<UInt8>, kind: CertificateFile.Kind) {
        reader = ByteReader(bytes)
        self.kind = kind
    }

    mutating func items() throws(CertificateError) -> [CertificateItem] {
        do {
            return try entries()
        } catch {
            switch error {
            case .wire(.oversized(let what)): throw .oversized("\(what) is too long")
            case .wire(let error): throw .malformed(error.description)
            case .certificate(let error): throw error
            }
        }
    }

    /// What reading the bytes, and what judging them, can fail with.
    private enum Failure: Error {
        case wire(WireError)
        case certificate(CertificateError)
    }

    private mutating func entries() throws(Failure) -> [CertificateItem] {
        _ = try number("the magic number")
        let version = try number("the version")
        guard version == 1 || version == 2 else { throw .certificate(.unsupported("version \(version), only 1 and 2 are known")) }
        let count = Int(try number("the number of entries"))
        guard count <= Self.maximumEntryCount else { throw .certificate(.oversized("more than \(Self.maximumEntryCount) entries")) }
        var items: [CertificateItem] = []
        for index in 0..<count {
            let tag = try number("the kind of an entry")
            let alias = try text("an alias")
            let creation = Int64(bitPattern: UInt64(try number("a date")) << 32 | UInt64(try number("a date")))
            // Java counts milliseconds.
            let entry = Entry(alias: alias, creation: creation.quotientAndRemainder(dividingBy: 1000).quotient, version: version)
            switch tag {
            case 1: items += try keyEntry(entry)
            case 2: items.append(try certificate(entry))
            case 3 where kind == .jceks:
                let text = "a secret key in Java's serialisation, behind which the \(count - index - 1) further entries cannot be found"
                items.append(CertificateItem(.unread(text), label: alias, creation: entry.creation))
                return items
            default: throw .certificate(.malformed("entry \(index + 1) is of the unknown kind \(tag)"))
            }
            guard items.count <= CertificateContainer.maximumItemCount else {
                throw .certificate(.oversized("more than \(CertificateContainer.maximumItemCount) certificates and keys"))
            }
        }
        guard reader.isAtEnd else { throw .certificate(.malformed("there are bytes behind the last entry")) }
        return items
    }

    private struct Entry {
        let alias: String
        let creation: Int64
        let version: UInt32
    }

    /// The key stays encrypted; its chain is not.
    private mutating func keyEntry(_ entry: Entry) throws(Failure) -> [CertificateItem] {
        _ = try bytes(limit: CertificateContainer.maximumByteCount, "a private key")
        let count = Int(try number("the length of a chain"))
        guard count <= Self.maximumChainCount else {
            throw .certificate(.oversized("the chain of \"\(entry.alias)\" has more than \(Self.maximumChainCount) certificates"))
        }
        var items = [CertificateItem(.key("\(kind.rawValue) private key"), label: entry.alias, creation: entry.creation)]
        for _ in 0..<count { items.append(try certificate(entry)) }
        return items
    }

    private mutating func certificate(_ entry: Entry) throws(Failure) -> CertificateItem {
        // Version 1 knows no other kind than X.509 and does not name it.
        let type = entry.version == 1 ? "X.509" : try text("the kind of a certificate")
        let der = try bytes(limit: Self.maximumCertificateByteCount, "a certificate")
        let content: CertificateItem.Content =
            type == "X.509" ? .certificate(Array(der)) : .unread("certificates of the kind \"\(type)\" are not read")
        return CertificateItem(content, label: entry.alias, creation: entry.creation)
    }

    private mutating func number(_ what: StaticString) throws(Failure) -> UInt32 {
        do {
            return try reader.uint32(what)
        } catch {
            throw .wire(error)
        }
    }

    private mutating func bytes(limit: Int, _ what: StaticString) throws(Failure) -> ArraySlice<UInt8> {
        let count = Int(try number(what))
        guard count <= limit else { throw .wire(.oversized("\(what)")) }
        do {
            return try reader.take(count, what)
        } catch {
            throw .wire(error)
        }
    }

    private mutating func text(_ what: StaticString) throws(Failure) -> String {
        let bytes: ArraySlice<UInt8>
        do {
            bytes = try reader.vector16(what)
        } catch {
            throw .wire(error)
        }
        guard let text = ModifiedUTF8.decode(bytes) else { throw .wire(.malformed("\(what)")) }
        return text
    }
}
