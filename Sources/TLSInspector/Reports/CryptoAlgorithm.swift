/// One algorithm in an inventory of cryptography, as CycloneDX 1.6 describes it (`algorithmProperties`).
struct CryptoAlgorithm: Sendable, Hashable {
    /// CycloneDX's word for what kind of algorithm it is.
    enum Primitive: String, Sendable, Hashable {
        case mac, signature, hash, pke, kem, ae, combiner, other, unknown
        case blockCipher = "block-cipher"
        case streamCipher = "stream-cipher"
        case keyAgreement = "key-agree"
    }

    let name: String
    let primitive: Primitive
    var parameterSet: String?
    var curve: String?
    /// `cbc`, `gcm`, `ccm`
    var mode: String?
    var padding: String?
    /// In bits. Nil where nobody says.
    var classicalLevel: Int64?
    /// NIST's category: 0 for what a quantum computer breaks, 1 to 5 after AES-128 to AES-256. Nil where nobody says.
    var quantumLevel: Int64?

    init(_ name: String, _ primitive: Primitive) {
        self.name = name
        self.primitive = primitive
    }

    /// What names it within the document.
    var reference: String { "algorithm/\(name)" }

    var component: JSONTree {
        .object([
            "type": .string("cryptographic-asset"), "bom-ref": .string(reference), "name": .string(name),
            "cryptoProperties": .object(["assetType": .string("algorithm"), "algorithmProperties": properties]),
        ])
    }

    private var properties: JSONTree {
        .object(present: [
            "primitive": .string(primitive.rawValue), "parameterSetIdentifier": parameterSet.map(JSONTree.string),
            "curve": curve.map(JSONTree.string), "mode": mode.map(JSONTree.string), "padding": padding.map(JSONTree.string),
            "cryptoFunctions": functions.isEmpty ? nil : .strings(functions),
            "classicalSecurityLevel": classicalLevel.map(JSONTree.integer),
            "nistQuantumSecurityLevel": quantumLevel.map(JSONTree.integer),
        ])
    }

    private var functions: [String] {
        switch primitive {
        case .mac: ["tag"]
        case .signature: ["sign", "verify"]
        case .hash: ["digest"]
        case .pke, .blockCipher, .streamCipher: ["encrypt", "decrypt"]
        case .ae: ["encrypt", "decrypt", "tag"]
        case .kem: ["encapsulate", "decapsulate"]
        case .keyAgreement, .combiner: ["keyderive"]
        case .other, .unknown: []
        }
    }

    /// The category of a symmetric key (NIST's call for post-quantum cryptography, §4.A.5).
    static func quantumLevel(ofSymmetricBits bits: Int64) -> Int64 { bits >= 256 ? 5 : bits >= 192 ? 3 : bits >= 128 ? 1 : 0 }

    /// NIST SP 800-57 part 1, table 2: the strength of RSA, DSA and Diffie-Hellman in finite fields.
    static func classicalLevel(ofFactoringBits bits: Int) -> Int64 {
        switch bits {
        case 15_360...: 256
        case 7680...: 192
        case 3072...: 128
        case 2048...: 112
        case 1024...: 80
        default: 0
        }
    }
}
