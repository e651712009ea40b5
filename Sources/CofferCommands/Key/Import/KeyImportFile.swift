import ArgumentParser
import KeyStore
import OpenSSL

struct KeyImportFile: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "Import key material from a file on this machine, in one step.",
        discussion: """
            The file holds the raw bytes of a symmetric or HMAC key (32 for SYMMETRIC_DEFAULT), or an unencrypted PKCS#8 private key,
            DER or PEM. It is read into locked memory and wrapped there as any other import is.

            $ openssl rand -out mine.key 32
            $ coffer key import mine.key --key mine
            $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | coffer key import - --key releases

            \(ExitStatus.help)
            """)

    /// An RSA-4096 private key in PEM is 3.3 KiB.
    private static let maximumByteCount = 16 * 1024
    private static let wrappingKeyByteCount = 32

    @Argument(help: ArgumentHelp("The file, or - for stdin.", valueName: "file"), completion: .file()) var file: ByteInput
    @Option(name: .long, help: KeyReference.help) var key: KeyReference
    @OptionGroup var importOptions: ImportOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let content = try file.readSecret(upTo: Self.maximumByteCount, in: session.context, option: "file")
        guard content.count <= Self.maximumByteCount else {
            throw CommandError(.malformedInput, "the key material is longer than \(Self.maximumByteCount) bytes")
        }
        let material = try KeyMaterialFile.material(in: content)
        let keyID = try await key.keyID(in: store.service)
        let parameters = try await store.service.getParametersForImport(
            keyID: keyID, wrappingAlgorithm: .rsaAESKeyWrapSHA256, wrappingKeySpec: .rsa3072)
        let wrapped = try Self.wrap(material, to: parameters.publicKey)
        let request = try importOptions.request(keyID: keyID, token: parameters.importToken, encryptedKeyMaterial: wrapped)
        try await session.output.render(ImportResult(store.service.importKeyMaterial(request)))
    }

    /// RSA_AES_KEY_WRAP_SHA_256: RSA-OAEP of an AES-256 key that is used once, then AES-KWP (RFC 5649) of the material under it.
    private static func wrap(_ material: borrowing SecretBytes, to publicKey: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let wrappingKey = try SecretBytes(random: wrappingKeyByteCount)
        let wrappedKey = try PublicKey(spkiDER: publicKey.span.bytes)
            .encryptOAEP(wrappingKey, digest: .sha256, label: [UInt8]().span.bytes)
        return wrappedKey + (try AESKeyWrap.wrapPadded(material, with: wrappingKey))
    }
}
