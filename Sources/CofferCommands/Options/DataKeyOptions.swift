import ArgumentParser
import KeyStore

/// What a data key is to be like.
struct DataKeyOptions: ParsableArguments {
    @Option(name: .long, help: KeyReference.help) var keyId: KeyReference
    @OptionGroup var encryptionContext: EncryptionContextOption
    @Option(name: .long, help: "The data key's kind; or give --number-of-bytes.") var keySpec: DataKeySpec?
    @Option(name: .long, help: "The data key's length, 1 to 1024; or give --key-spec.") var numberOfBytes: Int?
    @OptionGroup var dryRun: DryRunOption

    func request() throws -> GenerateDataKeyRequest {
        GenerateDataKeyRequest(
            keyID: keyId.serviceName, encryptionContext: try encryptionContext.parse(), keySpec: keySpec, numberOfBytes: numberOfBytes,
            dryRun: dryRun.dryRun)
    }
}

/// What a data key pair is to be like.
struct DataKeyPairOptions: ParsableArguments {
    @Option(name: .long, help: KeyReference.help) var keyId: KeyReference
    @Option(name: .long, help: "The pair's kind, an asymmetric one.") var keyPairSpec: KeySpec
    @OptionGroup var encryptionContext: EncryptionContextOption
    @OptionGroup var dryRun: DryRunOption

    func request() throws -> GenerateDataKeyPairRequest {
        GenerateDataKeyPairRequest(
            keyID: keyId.serviceName, keyPairSpec: keyPairSpec, encryptionContext: try encryptionContext.parse(), dryRun: dryRun.dryRun)
    }
}
