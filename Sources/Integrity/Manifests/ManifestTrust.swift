/// Whom a reader of manifests believes.
public struct ManifestTrust: Sendable {
    /// Whose signatures count.
    public var signers: [TrustedSigner]
    /// Whether a manifest that nobody signed is taken as well. It shows damage, but nothing that somebody wanted to hide.
    public var allowsUnsigned: Bool
    /// What this machine knows of newer manifests; nil where there is nothing to remember it in.
    public var register: CheckpointRegister?

    public init(signers: [TrustedSigner], allowsUnsigned: Bool = false, register: CheckpointRegister? = nil) {
        self.signers = signers
        self.allowsUnsigned = allowsUnsigned
        self.register = register
    }
}
