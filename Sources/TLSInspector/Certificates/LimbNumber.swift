/// A large number that is only divided by small ones.
struct LimbNumber {
    /// Most significant first.
    private let limbs: [UInt64]

    init(bigEndian bytes: [UInt8]) {
        var limbs: [UInt64] = []
        var limb: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            limb = limb << 8 | UInt64(byte)
            if (bytes.count - 1 - index) % 8 == 0 {
                limbs.append(limb)
                limb = 0
            }
        }
        self.limbs = limbs
    }

    var isEven: Bool { (limbs.last ?? 0) & 1 == 0 }

    /// - Parameter divisor: not 0.
    func remainder(dividingBy divisor: UInt64) -> UInt64 {
        limbs.reduce(0) { divisor.dividingFullWidth(($0, $1)).remainder }
    }
}
