/// Every group of IANA's registry (TLS Supported Groups), and the numbers under which drafts of Kyber and CECPQ2 were deployed.
///
/// One a line: number, name, kind, bits of the field, bits of strength, versions. Where a draft had several numbers, the number that is
/// not the first stands in the name. Those of RFC 8734 are the same curves as 26 to 28, for TLS 1.3 only; the two at the end mean curves
/// that are spelled out (RFC 4492 §5.1.1).
enum NamedGroupTable {
    static func read() -> [NamedGroup: NamedGroupAttributes] {
        var groups: [NamedGroup: NamedGroupAttributes] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let number = UInt16(fields[0], radix: 16), let kind = NamedGroupAttributes.Kind(rawValue: String(fields[2])),
                let strength = Int(fields[4])
            else { preconditionFailure("a line of six fields") }
            groups[NamedGroup(rawValue: number)] = NamedGroupAttributes(
                name: String(fields[1]), kind: kind, fieldBits: Int(fields[3]), strength: strength, isTLS13: fields[5].hasSuffix("13"),
                isTLS12: fields[5].hasPrefix("12"))
        }
        return groups
    }

    private static let text = """
        0001 sect163k1 ec 163 80 12
        0002 sect163r1 ec 163 80 12
        0003 sect163r2 ec 163 80 12
        0004 sect193r1 ec 193 96 12
        0005 sect193r2 ec 193 96 12
        0006 sect233k1 ec 233 112 12
        0007 sect233r1 ec 233 112 12
        0008 sect239k1 ec 239 112 12
        0009 sect283k1 ec 283 128 12
        000A sect283r1 ec 283 128 12
        000B sect409k1 ec 409 192 12
        000C sect409r1 ec 409 192 12
        000D sect571k1 ec 571 256 12
        000E sect571r1 ec 571 256 12
        000F secp160k1 ec 160 80 12
        0010 secp160r1 ec 160 80 12
        0011 secp160r2 ec 160 80 12
        0012 secp192k1 ec 192 96 12
        0013 secp192r1 ec 192 96 12
        0014 secp224k1 ec 224 112 12
        0015 secp224r1 ec 224 112 12
        0016 secp256k1 ec 256 128 12
        0017 secp256r1 ec 256 128 12,13
        0018 secp384r1 ec 384 192 12,13
        0019 secp521r1 ec 521 256 12,13
        001A brainpoolP256r1 ec 256 128 12
        001B brainpoolP384r1 ec 384 192 12
        001C brainpoolP512r1 ec 512 256 12
        001D x25519 ec 255 128 12,13
        001E x448 ec 448 224 12,13
        001F brainpoolP256r1tls13 ec 256 128 13
        0020 brainpoolP384r1tls13 ec 384 192 13
        0021 brainpoolP512r1tls13 ec 512 256 13
        0022 GC256A ec 256 128 12,13
        0023 GC256B ec 256 128 12,13
        0024 GC256C ec 256 128 12,13
        0025 GC256D ec 256 128 12,13
        0026 GC512A ec 512 256 12,13
        0027 GC512B ec 512 256 12,13
        0028 GC512C ec 512 256 12,13
        0029 curveSM2 ec 256 128 13
        0100 ffdhe2048 ff 2048 112 12,13
        0101 ffdhe3072 ff 3072 128 12,13
        0102 ffdhe4096 ff 4096 152 12,13
        0103 ffdhe6144 ff 6144 176 12,13
        0104 ffdhe8192 ff 8192 200 12,13
        0200 MLKEM512 kem - 128 13
        0201 MLKEM768 kem - 192 13
        0202 MLKEM1024 kem - 256 13
        023A Kyber512Draft00 draft - 128 13
        023C Kyber768Draft00 draft - 192 13
        023D Kyber1024Draft00 draft - 256 13
        11EB SecP256r1MLKEM768 hybrid - 192 13
        11EC X25519MLKEM768 hybrid - 192 13
        11ED SecP384r1MLKEM1024 hybrid - 256 13
        11EE curveSM2MLKEM768 hybrid - 192 13
        2F39 X25519Kyber512Draft00 draft - 128 13
        2F3A SecP256r1Kyber512Draft00 draft - 128 13
        2F3C SecP384r1Kyber768Draft00 draft - 192 13
        2F3D SecP521r1Kyber1024Draft00 draft - 256 13
        2F90 X448Kyber768Draft00 draft - 192 13
        4138 CECPQ2 draft - 128 13
        6399 X25519Kyber768Draft00 draft - 192 13
        639A SecP256r1Kyber768Draft00 draft - 192 13
        FE30 X25519Kyber512Draft00-FE30 draft - 128 13
        FE31 X25519Kyber768Draft00-FE31 draft - 192 13
        FE32 SecP256r1Kyber768Draft00-FE32 draft - 192 13
        FF01 arbitrary_explicit_prime_curves ec - 0 12
        FF02 arbitrary_explicit_char2_curves ec - 0 12
        """
}
