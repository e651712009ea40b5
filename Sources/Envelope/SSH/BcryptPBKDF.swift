import OpenSSL

/// The key derivation of encrypted ssh keys: PBKDF2's outer shape around bcrypt's costly key schedule of Blowfish.
///
/// There is no standard; the definition is OpenBSD's `bcrypt_pbkdf(3)` with `blowfish.c`. Blowfish looks its tables up at places that depend
/// on the passphrase, so that it is open to whoever watches the processor's cache: that lies in bcrypt.
enum BcryptPBKDF {
    /// ssh-keygen writes 16 or 24. A round takes about 8 milliseconds for an AES-256 key, so the most is a minute and a half.
    static let roundsRange = 1...10_000
    /// Bytes of salt; ssh-keygen writes 16.
    static let saltByteCountRange = 1...256
    /// Bytes that are derived; a key and a vector take 48.
    static let countRange = 1...256
    private static let blockByteCount = 32

    /// - Parameter passphrase: one byte or more.
    /// - Throws: `invalidInput` for a parameter out of its range.
    static func derive(passphrase: borrowing SecretBytes, salt: [UInt8], rounds: Int, count: Int) throws(OpenSSLError) -> SecretBytes {
        guard passphrase.count > 0, roundsRange.contains(rounds), saltByteCountRange.contains(salt.count), countRange.contains(count) else {
            throw OpenSSLError(code: .invalidInput, operation: "bcrypt_pbkdf", reason: "a parameter is out of its range")
        }
        let password = try Digest.hash(.sha512, secret: passphrase)
        var bcrypt = try Bcrypt(password: password)
        // The bytes of each block are spread over the whole key, which is what makes this differ from PBKDF2.
        let blockCount = (count + blockByteCount - 1) / blockByteCount
        return try unsafe SecretBytes(count: count) { (key) throws(OpenSSLError) in
            for block in 0..<blockCount {
                let bytes = try Self.block(UInt32(block + 1), salt, rounds, &bcrypt)
                unsafe bytes.withUnsafeBytes { bytes in
                    for (index, target) in stride(from: block, to: count, by: blockCount).enumerated() {
                        unsafe key[target] = unsafe bytes[index]
                    }
                }
            }
        }
    }

    /// The sum (exclusive or) of `rounds` hashes, each of the one before.
    private static func block(_ number: UInt32, _ salt: [UInt8], _ rounds: Int, _ bcrypt: inout Bcrypt) throws(OpenSSLError) -> SecretBytes
    {
        let numbered = salt + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        var hash = try bcrypt.hash(salt: Digest.hash(.sha512, secret: SecretBytes(copying: numbered.bytes)))
        var sum = try SecretBuffer(capacity: blockByteCount)
        try hash.withBytes { bytes throws(OpenSSLError) in try sum.append(bytes) }
        for _ in 1..<rounds {
            hash = try bcrypt.hash(salt: Digest.hash(.sha512, secret: hash))
            unsafe sum.withMutableBytes { sum in
                unsafe hash.withUnsafeBytes { for index in 0..<blockByteCount { unsafe sum[index] ^= $0[index] } }
            }
        }
        return try sum.withBytes { bytes throws(OpenSSLError) in try SecretBytes(copying: bytes) }
    }
}

/// bcrypt's hash with a salt and a password of 64 bytes each, as `bcrypt_pbkdf` uses it.
private struct Bcrypt: ~Copyable {
    /// All that depends on the password, as 32-bit words: Blowfish's state, the password, the salt, the text.
    private var memory: SecretBuffer
    private static let wordsOfInput = 16
    private static let passwordStart = BlowfishTables.words.count
    private static let saltStart = passwordStart + wordsOfInput
    private static let textStart = saltStart + wordsOfInput
    private static let text = Array("OxychromaticBlowfishSwatDynamite".utf8)
    private static let cost = 64

    init(password: borrowing SecretBytes) throws(OpenSSLError) {
        var memory = try SecretBuffer(capacity: 4 * (Self.textStart + Self.text.count / 4))
        unsafe memory.withMutableBytes { memory in
            unsafe password.withUnsafeBytes { unsafe Self.store($0, memory, at: Self.passwordStart) }
        }
        self.memory = memory
    }

    mutating func hash(salt: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try unsafe memory.withMutableBytes { (memory) throws(OpenSSLError) in
            unsafe salt.withUnsafeBytes { unsafe Self.store($0, memory, at: Self.saltStart) }
            unsafe Self.text.withUnsafeBytes { unsafe Self.store($0, memory, at: Self.textStart) }
            // Sound: the buffer is the owner's alone, aligned by the allocator, and larger than every index used below.
            let words = unsafe memory.bindMemory(to: UInt32.self)
            guard let start = words.baseAddress else { preconditionFailure("a buffer has an address") }
            let blowfish = unsafe Blowfish(words: start)
            let (password, salt, text) = unsafe (start + Self.passwordStart, start + Self.saltStart, start + Self.textStart)
            unsafe blowfish.reset()
            unsafe blowfish.expand(key: password, salt: salt)
            for _ in 0..<Self.cost {
                unsafe blowfish.expand(key: salt)
                unsafe blowfish.expand(key: password)
            }
            for _ in 0..<Self.cost {
                for index in stride(from: 0, to: Self.text.count / 4, by: 2) {
                    let block = unsafe blowfish.encipher(text[index], text[index + 1])
                    unsafe text[index] = block.left
                    unsafe text[index + 1] = block.right
                }
            }
            return try unsafe SecretBytes(count: Self.text.count) { (output) throws(OpenSSLError) in
                for index in 0..<Self.text.count / 4 {
                    unsafe output.storeBytes(of: text[index].littleEndian, toByteOffset: 4 * index, as: UInt32.self)
                }
            }
        }
    }

    /// Bytes as big-endian words.
    private static func store(_ bytes: UnsafeRawBufferPointer, _ memory: UnsafeMutableRawBufferPointer, at word: Int) {
        for index in 0..<bytes.count / 4 {
            let value = unsafe bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self).bigEndian
            unsafe memory.storeBytes(of: value, toByteOffset: 4 * (word + index), as: UInt32.self)
        }
    }
}

/// Blowfish with bcrypt's key schedules ("eksblowfish": N. Provos, D. Mazières, "A Future-Adaptable Password Scheme", 1999) for keys and
/// salts of 16 words.
@unsafe
private struct Blowfish {
    /// 18 subkeys, then four tables of 256 words; not owned.
    let words: UnsafeMutablePointer<UInt32>

    func reset() {
        unsafe BlowfishTables.words.withUnsafeBufferPointer { tables in
            for index in 0..<tables.count { unsafe words[index] = unsafe tables[index] }
        }
    }

    /// Mixes a key into the subkeys, then replaces all words by ciphertext.
    func expand(key: UnsafePointer<UInt32>) {
        unsafe mix(key)
        var block: (left: UInt32, right: UInt32) = (0, 0)
        var index = 0
        while index < BlowfishTables.words.count {
            block = unsafe encipher(block.left, block.right)
            unsafe words[index] = block.left
            unsafe words[index + 1] = block.right
            index += 2
        }
    }

    /// The same, with a salt mixed into what is enciphered.
    func expand(key: UnsafePointer<UInt32>, salt: UnsafePointer<UInt32>) {
        unsafe mix(key)
        var block: (left: UInt32, right: UInt32) = (0, 0)
        var index = 0
        while index < BlowfishTables.words.count {
            block = unsafe encipher(block.left ^ salt[index & 15], block.right ^ salt[(index + 1) & 15])
            unsafe words[index] = block.left
            unsafe words[index + 1] = block.right
            index += 2
        }
    }

    private func mix(_ key: UnsafePointer<UInt32>) {
        for index in 0..<BlowfishTables.subkeyCount { unsafe words[index] ^= unsafe key[index & 15] }
    }

    /// One block: 16 rounds, two at a time.
    @inline(__always)
    func encipher(_ left: UInt32, _ right: UInt32) -> (left: UInt32, right: UInt32) {
        var (left, right) = (left, right)
        left ^= unsafe words[0]
        var round = 1
        while round < 17 {
            right ^= unsafe scramble(left) ^ words[round]
            left ^= unsafe scramble(right) ^ words[round + 1]
            round += 2
        }
        return unsafe (right ^ words[17], left)
    }

    @inline(__always)
    private func scramble(_ word: UInt32) -> UInt32 {
        let tables = unsafe words + BlowfishTables.subkeyCount
        let first = unsafe tables[Int(word >> 24)] &+ tables[256 + Int(word >> 16 & 255)]
        return unsafe (first ^ tables[512 + Int(word >> 8 & 255)]) &+ tables[768 + Int(word & 255)]
    }
}
