/// Which addresses are out in the internet, where anybody may ask them (IANA's registries of special-purpose addresses, RFC 6890).
enum AddressScope {
    /// First bytes and length in bits of what is not.
    private static let notGlobal4: [(prefix: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24), ([192, 0, 2], 24),
        ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 3),
    ]

    /// Of what is in use outside 2000::/3, nothing is out in the internet but what embeds an IPv4 address.
    private static let notGlobal6: [(prefix: [UInt8], bits: Int)] = [
        // Teredo hides an address of a client, and documentation's has no host.
        ([0x20, 0x01, 0x00, 0x00], 32), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x01, 0x00, 0x02, 0x00, 0x00], 48), ([0x3F, 0xFF], 20),
    ]

    /// - Parameter address: 4 bytes of IPv4 or 16 of IPv6, as they are sent.
    static func isGlobal(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !notGlobal4.contains { begins(address, $0.prefix, $0.bits) }
        case 16: isGlobal6(address)
        default: false
        }
    }

    private static func isGlobal6(_ address: [UInt8]) -> Bool {
        if let embedded = embeddedIPv4(address) { return isGlobal(embedded) }
        guard address[0] & 0xE0 == 0x20 else { return false }
        return !notGlobal6.contains { begins(address, $0.prefix, $0.bits) }
    }

    /// The IPv4 address that stands in one of IPv6: mapped (RFC 4291 §2.5.5.2), translated (RFC 6052 §2.1), 6to4 (RFC 3056 §2).
    private static func embeddedIPv4(_ address: [UInt8]) -> [UInt8]? {
        let isMapped = address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
        let isTranslated = address.starts(with: [0, 0x64, 0xFF, 0x9B]) && address[4..<12].allSatisfy { $0 == 0 }
        if isMapped || isTranslated { return Array(address[12...]) }
        return address.starts(with: [0x20, 0x02]) ? Array(address[2..<6]) : nil
    }

    private static func begins(_ address: [UInt8], _ prefix: [UInt8], _ bits: Int) -> Bool {
        for bit in 0..<bits {
            let (byte, mask) = (bit / 8, UInt8(0x80) >> UInt8(bit % 8))
            let expected = byte < prefix.count ? prefix[byte] & mask : 0
            if address[byte] & mask != expected { return false }
        }
        return true
    }
}
