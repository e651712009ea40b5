import AgeFormat

/// Keys, and what age 1.1.1 sealed for them (the passphrase file: Python's hashlib and cryptography). The plaintext is `known answer`.
enum KnownKeys {
    static let plaintext = Array("known answer".utf8)

    static let identity = "AGE-SECRET-KEY-10GRVZUD9LVZNUX5TMRN553X9CC4H2ZVTWSFSTXCMX9RFMJGV4RGS52NNHA"
    static let recipient = "age1wlnx4xrvaa5wu632s007sdzc5hgkm4pgfyyu3hucz3ph8vg3h3dqxvcdj8"
    static let forIdentity =
        "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB3azlxVXdZcVhlWEpUajdkS2NUUkpQVHR4Y3d0UTN1NENaNCs5czlvN1JVClQyVTZrdHowUng0VVRvV25l"
        + "dC9mc2dJSnFKMnlJbGwrMTRuanlHdDZRdEkKLS0tIHBjMWNZbXlTVW52UXpaYzNmajFiQzlKczZJS2JGOHkvdThQM0Nwd2F2eTgK7Qdv6vk3yy804WvxROqroP60"
        + "y1gKlhmk4B4MBBIalkbAIATYNPnIePGXoiQ="

    static let ssh = """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
        QyNTUxOQAAACCFlVItVnmC6kATst2e9RJx1cVIPNxHlG8yURLt76uNQQAAAJBdaSrxXWkq
        8QAAAAtzc2gtZWQyNTUxOQAAACCFlVItVnmC6kATst2e9RJx1cVIPNxHlG8yURLt76uNQQ
        AAAEAtR1PPRs5Mg4xZBgwozxgWkSvPRd+vYFqjLMBBatKzG4WVUi1WeYLqQBOy3Z71EnHV
        xUg83EeUbzJREu3vq41BAAAADGtub3duIGFuc3dlcgE=
        -----END OPENSSH PRIVATE KEY-----

        """
    /// The same key under the passphrase `correct horse`, 4 rounds, aes256-ctr.
    static let encryptedSSH = """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAdA9mP38
        Su9HebPdrVgoiPAAAABAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIIWVUi1WeYLqQBOy
        3Z71EnHVxUg83EeUbzJREu3vq41BAAAAkPmsdWM0YAU2WpHyI0Uo1Z84RCGVVuEoJ2jzJ7
        EpwcE34aubzwv6avMwuKzTAkbGam5awbM0TSxwr2DpunVHE9i5eWaKIxV7tiIOBBjcVgVB
        iDj7ulyq13OrTY6Tcb9bBCz+Its11YlfWV2B0ycfQ59rOJlNiGrwcTrV4eLUHNweiqdvXR
        PPSKttJLaCkmuD4w==
        -----END OPENSSH PRIVATE KEY-----

        """
    static let sshPassphrase = "correct horse"
    static let sshPublic = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIWVUi1WeYLqQBOy3Z71EnHVxUg83EeUbzJREu3vq41B"
    static let forSSH =
        "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNzaC1lZDI1NTE5IHJ2em5tUSBUUkRoaTM4b2pUM2tvUEVSdUNDQnNHS1JqU2UwRW14WnNzNUsvR3ZHU21JCjhUR29p"
        + "WlBYd0NEOUFMbTh4UWgxdHRUNnpqNUMwOVdkeSsyUC80NFBRdHcKLS0tIDNMVThndzRjTFJNYitreVZ3YTRSNkhIbnJtTDdlMnZ6WExKbGt2RUgyQ3cKWUH7JT5u"
        + "oke+W5/GNSw9va7pJxzllRU3fHA7ylTrwJI8OemwWrbwbKbaosU="

    /// logN 10.
    static let passphrase = "correct horse"
    static let forPassphrase =
        "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBZZC9TOENiUkFOOEZ6aysxemN2RWFnIDEwClQ2U2phNHV4VjRRdVVkRW1sN3RzVkQzZ1VvOWFXSjZENjU3"
        + "MVI3bWw5cVEKLS0tIGtoS1NFbEw4M1RzTEMwZlJMSUJjZ3B6VDdxWFFGVmtzRWZUMDY4eGhSeFkKefn7/n4N7AimBUSU92Dj8JTXY0ABZYrOHLhumLLgMs3dSWSb"
        + "Z6Uevpcnpws="

    static func bytes(_ base64: String) throws -> [UInt8] { try Base64.decode(base64, padding: .required) }

    /// The header's stanzas of one of the files.
    static func stanzas(_ base64: String) throws -> [Stanza] {
        let file = try bytes(base64)
        guard let header = try AgeHeader.parse(file.span.bytes) else { preconditionFailure("a header is cut") }
        return header.stanzas
    }
}
