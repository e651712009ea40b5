/// How a name of another script is written in DNS (RFC 3492): for telling people. It maps no characters but capitals, so it decides
/// nothing.
enum ASCIIName {
    private static let (base, tMin, tMax, skew, damp) = (36, 1, 26, 38, 700)
    private static let (initialBias, initialCode) = (72, 128)

    /// The A-labels of a name: `bücher.example` is `xn--bcher-kva.example`.
    /// - Returns: nil for what cannot be written without more knowledge of Unicode (RFC 5892): marks that combine, digits of other scripts,
    ///   symbols.
    static func of(_ text: String) -> String? {
        let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false).map { label -> String? in
            guard !label.utf8.allSatisfy({ $0 < 0x80 }) else { return String(label) }
            guard label.unicodeScalars.allSatisfy(isPlain), let encoded = encode(Array(label.unicodeScalars)) else { return nil }
            return encoded.utf8.count <= 59 ? "xn--\(encoded)" : nil
        }
        let known = labels.compactMap(\.self)
        return known.count == labels.count ? known.joined(separator: ".") : nil
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter: return scalar.properties.canonicalCombiningClass == .notReordered
        default: return false
        }
    }

    /// §6.3
    private static func encode(_ label: [Unicode.Scalar]) -> String? {
        guard label.count <= 63 else { return nil }
        var output = String(String.UnicodeScalarView(label.filter(\.isASCII)))
        let basicCount = output.utf8.count
        if basicCount > 0 { output += "-" }
        var (code, delta, bias, handled) = (initialCode, 0, initialBias, basicCount)
        while handled < label.count {
            guard let next = label.map({ Int($0.value) }).filter({ $0 >= code }).min() else { return nil }
            delta += (next - code) * (handled + 1)
            code = next
            for value in label.map({ Int($0.value) }) {
                if value < code { delta += 1 }
                guard value == code else { continue }
                output += digits(delta, bias: bias)
                bias = adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return output
    }

    private static func digits(_ delta: Int, bias: Int) -> String {
        var (text, rest, step) = ("", delta, base)
        while true {
            let threshold = min(tMax, max(tMin, step - bias))
            guard rest >= threshold else { return text + digit(rest) }
            text += digit(threshold + (rest - threshold) % (base - threshold))
            rest = (rest - threshold) / (base - threshold)
            step += base
        }
    }

    private static func digit(_ value: Int) -> String {
        String(value < 26 ? UnicodeScalar(UInt8(97 + value)) : UnicodeScalar(UInt8(22 + value)))
    }

    /// §6.1
    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var rest = isFirst ? delta / damp : delta / 2
        rest += rest / count
        var step = 0
        while rest > (base - tMin) * tMax / 2 {
            rest /= base - tMin
            step += base
        }
        return step + (base - tMin + 1) * rest / (rest + skew)
    }
}
