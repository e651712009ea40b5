public import OpenSSL

/// The value of `x-amz-mfa`: the serial number or ARN of a device, a space, and the code that it shows. What it is worth is for
/// the MFA gate to say; here it is handed on unread. A class, so that requests stay copyable and the code does not.
public final class MFAToken: Sendable {
    public let text: SecretBytes

    public init(_ text: consuming SecretBytes) { self.text = text }
}
